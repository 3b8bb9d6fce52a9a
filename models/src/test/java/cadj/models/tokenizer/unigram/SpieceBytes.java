package cadj.models.tokenizer.unigram;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;

/// Small SentencePiece models, byte by byte.
final class SpieceBytes {
  /// Of pieces.
  static final int NORMAL = 1;

  static final int UNKNOWN = 2;
  static final int CONTROL = 3;

  private SpieceBytes() {}

  static byte[] varint(int field, long value) {
    return concat(number((long) field << 3), number(value));
  }

  static byte[] bytes(int field, byte[]... content) {
    byte[] all = concat(content);
    return concat(number((long) field << 3 | 2), number(all.length), all);
  }

  static byte[] fixed(int field, float value) {
    byte[] four = new byte[Float.BYTES];
    ByteBuffer.wrap(four).order(ByteOrder.LITTLE_ENDIAN).putFloat(value);
    return concat(number((long) field << 3 | 5), four);
  }

  private static byte[] number(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
    return out.toByteArray();
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  static byte[] piece(String text, float score, int type) {
    return bytes(1, bytes(1, text.getBytes(UTF_8)), fixed(2, score), varint(3, type));
  }

  /// A few words, and a charsmap that is [#charsmap] of [#MAPPINGS].
  static byte[] small() {
    return concat(
        piece("<pad>", 0, CONTROL),
        piece("</s>", 0, CONTROL),
        piece("<unk>", 0, UNKNOWN),
        piece("▁", -3, NORMAL),
        piece("▁a", -2, NORMAL),
        piece("▁cat", -2.5f, NORMAL),
        piece("a", -4, NORMAL),
        piece("c", -4.5f, NORMAL),
        piece("t", -5, NORMAL),
        bytes(2, varint(3, 1), varint(4, 9), varint(40, 2)),
        bytes(3, bytes(1, "nmt_nfkc".getBytes(UTF_8)), bytes(2, charsmap(MAPPINGS))));
  }

  static final Map<String, String> MAPPINGS =
      Map.of("\t", " ", "e\u0301", "\u00e9", "\u00c0", "A\u0300", "\u0001", "");

  static byte[] charsmap(Map<String, String> mappings) {
    Trie trie = new Trie();
    ByteArrayOutputStream replacements = new ByteArrayOutputStream();
    mappings.forEach(
        (key, replacement) -> {
          trie.add(key.getBytes(UTF_8), replacements.size());
          replacements.writeBytes(replacement.getBytes(UTF_8));
          replacements.write(0);
        });
    byte[] units = trie.bytes();
    byte[] size = new byte[Integer.BYTES];
    ByteBuffer.wrap(size).order(ByteOrder.LITTLE_ENDIAN).putInt(units.length);
    return concat(size, units, replacements.toByteArray());
  }

  /// Every node's children in a block of 256 units of their own.
  private static final class Trie {
    private int[] units = new int[512];

    Trie() {
      units[0] = 256 << 10;
    }

    private int base(int node) {
      return node ^ (units[node] >>> 10);
    }

    void add(byte[] key, int value) {
      int node = 0;
      for (byte b : key) {
        int child = base(node) ^ (b & 0xFF);
        if (units[child] == 0) {
          int base = units.length;
          units = Arrays.copyOf(units, base + 256);
          units[child] = (child ^ base) << 10 | (b & 0xFF);
        }
        node = child;
      }
      units[node] |= 1 << 8;
      units[base(node)] = value | 1 << 31;
    }

    byte[] bytes() {
      ByteBuffer out = ByteBuffer.allocate(units.length * Integer.BYTES);
      out.order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(units);
      return out.array();
    }
  }
}
