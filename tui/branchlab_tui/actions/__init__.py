"""What a user can do: one table of actions that keys, footer, help, palette and commands come from."""
