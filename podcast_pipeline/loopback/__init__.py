"""Pages of this computer alone: who may ask their server, how it answers, and what every such page is made of."""
