"""The ledger of service time (服务时长记录)."""
