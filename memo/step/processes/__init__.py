"""A step in other processes: ``shipping`` and ``packing`` take it there, and ``fresh`` runs a call in a new one."""
