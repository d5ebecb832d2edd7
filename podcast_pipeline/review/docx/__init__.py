"""Word documents as text: every kind of content is text, a remark, or a problem with what stands there."""
