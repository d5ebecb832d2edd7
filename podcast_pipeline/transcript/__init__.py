"""Words to paragraphs, captions and files, and back. Pure: values in, values or text out."""
