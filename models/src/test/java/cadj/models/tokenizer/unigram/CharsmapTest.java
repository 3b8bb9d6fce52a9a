package cadj.models.tokenizer.unigram;

import static cadj.models.tokenizer.unigram.SpieceBytes.bytes;
import static cadj.models.tokenizer.unigram.SpieceBytes.charsmap;
import static cadj.models.tokenizer.unigram.SpieceBytes.concat;
import static cadj.models.tokenizer.unigram.SpieceBytes.small;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Damaged charsmaps are refused, before any text is looked up in them.
class CharsmapTest {
  private static final int TRIE = Integer.BYTES;

  @TempDir private Path temp;

  private void assertCharsmapRefused(byte[] content, String expected) throws IOException {
    T5Folder.assertSpieceRefused(
        temp,
        concat(small(), bytes(3, bytes(2, content))),
        "normalizer_spec.precompiled_charsmap: " + expected);
  }

  private static byte[] withUnit(byte[] charsmap, int unit, int value) {
    byte[] changed = charsmap.clone();
    buffer(changed).putInt(TRIE + unit * Integer.BYTES, value);
    return changed;
  }

  private static int unit(byte[] charsmap, int unit) {
    return buffer(charsmap).getInt(TRIE + unit * Integer.BYTES);
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void damagedCharsmaps() throws IOException {
    byte[] map = charsmap(Map.of("ab", "x"));
    int units = buffer(map).getInt(0) / Integer.BYTES;
    assertEquals(1024, units);
    assertCharsmapRefused(new byte[] {1, 2}, "expected the size of a trie, found 2 bytes");
    byte[] large = map.clone();
    buffer(large).putInt(0, 1 << 30);
    assertCharsmapRefused(large, "expected a trie of at most 4098 bytes, found one of 1073741824");
    buffer(large).putInt(0, -4);
    assertCharsmapRefused(large, "expected a trie of at most 4098 bytes, found one of 4294967292");
    buffer(large).putInt(0, 1028);
    assertCharsmapRefused(large, "expected a trie of whole blocks of 1024 bytes, found 1028 bytes");
    assertCharsmapRefused(new byte[4], "expected a trie of whole blocks of 1024 bytes, found 0");
    assertCharsmapRefused(
        withUnit(map, 0, 4096 << 10),
        "expected a trie of 1024 units, found unit 0 pointing to 4096");
    int a = 256 ^ 'a';
    int b = 512 ^ 'b';
    assertCharsmapRefused(
        withUnit(map, a, 'a' | 1 << 9 | 100 << 10),
        "expected a trie of 1024 units, found unit %d pointing to %d".formatted(a, a ^ 25600));
    // b's child by a is a itself
    assertCharsmapRefused(
        withUnit(map, b, (unit(map, b) & 0x3FF) | ((b ^ 256) << 10)),
        "expected a trie, found unit %d leading back to unit %d".formatted(b, a));
    assertCharsmapRefused(
        withUnit(map, 768, 1 << 31 | 2),
        "expected a replacement within 2 bytes, found one at byte 2");
    assertCharsmapRefused(
        withUnit(map, 768, -1),
        "expected a replacement within 2 bytes, found one at byte 2147483647");
    assertCharsmapRefused(
        Arrays.copyOf(map, map.length - 1),
        "expected replacements of at most 256 bytes, each ended by a zero, found none at byte 0");
    assertCharsmapRefused(
        charsmap(Map.of("ab", "x".repeat(257))),
        "expected replacements of at most 256 bytes, each ended by a zero, found none at byte 0");
    assertCharsmapRefused(
        withUnit(charsmap(Map.of("ab", "\u00e9")), 768, 1 << 31 | 1),
        "expected a replacement within 3 bytes, found one at byte 1");
    byte[] text = map.clone();
    text[text.length - 2] = (byte) 0xC3;
    assertCharsmapRefused(
        text, "expected replacements in UTF-8, found an invalid sequence at their byte 0");
  }

  /// As darts-clone shares what keys end in.
  @Test
  void triesMayShareSubtrees() throws IOException {
    byte[] map = charsmap(Map.of("e\u0301", "\u00e9"));
    int e = 256 ^ 'e';
    int o = 256 ^ 'o';
    int base = e ^ unit(map, e) >>> 10;
    byte[] shared = withUnit(map, o, 'o' | (o ^ base) << 10);
    Files.write(temp.resolve(T5Folder.SPIECE), concat(small(), bytes(3, bytes(2, shared))));
    T5Tokenizer tokenizer = T5Tokenizer.load(temp);
    assertEquals(
        List.of("▁", "\u00e9", "a", "\u00e9"), T5Folder.texts(tokenizer, "e\u0301ao\u0301"));
  }
}
