"""The kinds of limits and their defaults; an administrator may change the rows."""

from ipaddress import ip_address, ip_network

DEFAULTS = {
    "order_phone": 10,
    "order_range": 60,
    "order_all": 5000,
    "login_phone": 10,
    "login_range": 200,
    "sms_out_all": 20000,
    "text_in_phone": 60,
    "join_range": 30,
}


def address_range(address: str) -> str:
    """The /24 (IPv4) or /56 (IPv6) that an address belongs to; `unknown` for anything else."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    prefix = 24 if parsed.version == 4 else 56
    return str(ip_network(f"{parsed}/{prefix}", strict=False))
