"""What can be ordered (服务类别) and what a volunteer can do (技能)."""
