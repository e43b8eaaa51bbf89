"""Proof: whether what is published is what the register says, and what is given to someone who must check it alone."""
