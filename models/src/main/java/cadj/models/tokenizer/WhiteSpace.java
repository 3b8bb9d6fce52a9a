package cadj.models.tokenizer;

/// Unicode's property White_Space, by which the library tokenizers tells spaces.
public final class WhiteSpace {
  private WhiteSpace() {}

  public static boolean is(int c) {
    return (c >= 0x9 && c <= 0xD) || c == 0x85 || Character.isSpaceChar(c);
  }
}
