"""What is done to a store as a whole when somebody asks for it; it is imported then."""
