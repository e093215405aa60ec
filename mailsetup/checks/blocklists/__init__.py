"""What blocklists and allow lists say of a domain's name, mail hosts, sending addresses and name servers."""
