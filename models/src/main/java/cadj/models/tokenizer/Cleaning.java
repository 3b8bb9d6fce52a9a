package cadj.models.tokenizer;

/// What is done to a text before it is cut into words.
public enum Cleaning {
  /// As `CLIPTokenizer` of transformers 5 does, and so today's pipelines: composed, lower case,
  /// single spaces; nothing is repaired.
  TRANSFORMERS,

  /// As OpenAI's tokenizer does, and old pipelines where ftfy was installed: mojibake, HTML
  /// entities, curly quotes, ligatures, widths and control characters repaired first.
  OPENAI;

  /// Whether special tokens are found in the text before it is cleaned.
  boolean findsSpecials() {
    return this == TRANSFORMERS;
  }
}
