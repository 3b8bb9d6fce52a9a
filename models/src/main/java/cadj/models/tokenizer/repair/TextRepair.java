package cadj.models.tokenizer.repair;

import java.text.Normalizer;

/// What `ftfy.fix_text` does, line by line: each step in its order, again until nothing changes.
public final class TextRepair {
  private TextRepair() {}

  public static String of(String text) {
    StringBuilder out = new StringBuilder();
    boolean entities = true;
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf('\n', at) + 1;
      String line = text.substring(at, end == 0 ? text.length() : end);
      entities &= line.indexOf('<') < 0; // from a tag on, the text is HTML itself
      out.append(line(line, entities));
      at += line.length();
    }
    return out.toString();
  }

  private static String line(String line, boolean entities) {
    String text = line;
    String before;
    do {
      before = text;
      text = entities ? HtmlEntities.unescapeWhole(text) : text;
      text = Mojibake.repair(text);
      text = CharacterRepair.of(text);
      text = Normalizer.normalize(text, Normalizer.Form.NFC);
    } while (!text.equals(before));
    return text;
  }
}
