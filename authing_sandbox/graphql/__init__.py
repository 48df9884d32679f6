"""The GraphQL gateways: the schema, its contract, and what answers its fields."""
