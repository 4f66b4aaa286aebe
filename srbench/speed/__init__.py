"""How fast this machine is: typical work of srbench, measured beside figures of another machine, with causes."""
