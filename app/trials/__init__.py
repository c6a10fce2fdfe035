"""Trials (派单试算): a way of asking, tried on the past before a coordinator switches it on."""
