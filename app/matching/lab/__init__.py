"""The dispatch lab (派单试算): what a dispatch policy would have done, before it is switched on."""
