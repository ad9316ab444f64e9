"""What a team's runs came to: tokens and money by day, member, prompt and model."""
