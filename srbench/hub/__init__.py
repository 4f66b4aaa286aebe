"""Files on the Hugging Face Hub: their addresses, fetched and pushed through ``huggingface_hub``, an extra."""
