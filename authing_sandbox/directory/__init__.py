"""Enterprise directories: LDAP and Active Directory, embedded or real."""
