package cadj.models.tokenizer.unigram;

import static java.nio.charset.StandardCharsets.UTF_8;

import cadj.tensor.file.FileFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.text.BreakIterator;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.BiFunction;

/// SentencePiece's `precompiled_charsmap`: what characters are replaced by, such as NFKC's
/// compatibility forms, and spaces of all kinds by a space.
///
/// ```
/// uint32 n, n bytes of a trie (DoubleArray), the replacements, each ended by a zero byte
/// ```
///
/// A key's value is where its replacement begins among these.
///
/// Keys are applied as the library tokenizers does it: to each grapheme cluster of less than six
/// bytes as a whole, of which the shortest key at its begin replaces all (so that of two accents on
/// a letter the second is lost), and to each character of the others. SentencePiece itself replaces
/// the longest key at each place, whatever stands around it.
final class Charsmap {
  private static final int LARGEST_TRIE = 4 << 20;

  /// Of NFKC the longest has 33 bytes.
  private static final int LONGEST_REPLACEMENT = 256;

  private static final int LONGEST_CLUSTER = 5;

  private final DoubleArray trie;
  private final byte[] replacements;

  private Charsmap(DoubleArray trie, byte[] replacements) {
    this.trie = trie;
    this.replacements = replacements;
  }

  /// @param error makes the error of what was expected and what was found
  static Charsmap read(byte[] content, BiFunction<String, String, FileFormatException> error) {
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    if (content.length < Integer.BYTES) {
      throw error.apply("the size of a trie", content.length + " bytes");
    }
    int size = bytes.getInt();
    if (size < 0 || size > bytes.remaining() || size > LARGEST_TRIE) {
      throw error.apply(
          "a trie of at most %d bytes".formatted(Math.min(bytes.remaining(), LARGEST_TRIE)),
          "one of " + Integer.toUnsignedString(size));
    }
    DoubleArray trie =
        DoubleArray.read(bytes.slice(Integer.BYTES, size).order(ByteOrder.LITTLE_ENDIAN), error);
    byte[] replacements = Arrays.copyOfRange(content, Integer.BYTES + size, content.length);
    requireText(replacements, error);
    trie.require(error, value -> requireReplacement(replacements, value, error));
    return new Charsmap(trie, replacements);
  }

  private static void requireText(
      byte[] replacements, BiFunction<String, String, FileFormatException> error) {
    ByteBuffer utf8 = ByteBuffer.wrap(replacements);
    try {
      UTF_8.newDecoder().decode(utf8);
    } catch (CharacterCodingException e) {
      throw error.apply(
          "replacements in UTF-8", "an invalid sequence at their byte " + utf8.position());
    }
  }

  private static void requireReplacement(
      byte[] replacements, int at, BiFunction<String, String, FileFormatException> error) {
    if (at >= replacements.length || (replacements[at] & 0xC0) == 0x80) {
      throw error.apply(
          "a replacement within %d bytes".formatted(replacements.length), "one at byte " + at);
    }
    int end = at;
    while (end < replacements.length && replacements[end] != 0) {
      end++;
      if (end - at > LONGEST_REPLACEMENT) {
        break;
      }
    }
    if (end == replacements.length || end - at > LONGEST_REPLACEMENT) {
      throw error.apply(
          "replacements of at most %d bytes, each ended by a zero".formatted(LONGEST_REPLACEMENT),
          "none at byte " + at);
    }
  }

  /// @param start where `text` begins in what `out` is about
  void map(String text, int start, Aligned out) {
    BreakIterator clusters = BreakIterator.getCharacterInstance(Locale.ROOT);
    clusters.setText(text);
    int from = clusters.first();
    for (int to = clusters.next(); to != BreakIterator.DONE; to = clusters.next()) {
      if (to - from > LONGEST_CLUSTER || !replace(text, from, to, start, out)) {
        for (int at = from; at < to; ) {
          int next = at + Character.charCount(text.codePointAt(at));
          if (!replace(text, at, next, start, out)) {
            out.append(text.substring(at, next), start + at, start + next);
          }
          at = next;
        }
      }
      from = to;
    }
  }

  /// Whether a key stands at `from`, and thus all to `to` was replaced.
  private boolean replace(String text, int from, int to, int start, Aligned out) {
    byte[] utf8 = text.substring(from, to).getBytes(UTF_8);
    int at = utf8.length > LONGEST_CLUSTER ? -1 : trie.shortestPrefix(utf8);
    if (at < 0) {
      return false;
    }
    int end = at;
    while (replacements[end] != 0) {
      end++;
    }
    out.append(new String(replacements, at, end - at, UTF_8), start + from, start + to);
    return true;
  }
}
