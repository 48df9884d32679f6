"""Who may do what: permissions, roles, groups, and what relates them to users."""
