"""DNS under the mail: name servers, aliases, sizes, lifetimes."""
