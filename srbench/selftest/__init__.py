"""Is this machine measuring right? Golden values of other people's implementations, on images that ship."""
