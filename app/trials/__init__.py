"""Trials (派单试算): a dispatch policy tried on the past before a coordinator switches it on."""
