"""Help on a weekly schedule (定期服务), by the same volunteer if possible."""
