"""Help on a repeating schedule (定期服务): every Wednesday, by the same face if it can be."""
