package cadj.models.tokenizer.unigram;

import cadj.tensor.file.FileFormatException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.BiFunction;

/// A trie of byte strings in one array, Aoe 1989, as the library darts-clone lays it out.
///
/// A node is a unit of 32 bits. Its children by the bytes 1 to 255 stand at `base ^ byte`, and what
/// it has for a value at `base`:
///
/// ```
/// base  = node ^ (bits 10…31, times 256 if bit 9 is set)
/// value = bits 0…30 of the unit at base, if bit 8 of the node is set
/// label = bit 31 and bits 0…7: the byte that leads to the node; otherwise it is no child
/// ```
///
/// Subtrees may be shared, but none may lead back into itself.
final class DoubleArray {
  /// Bases are within one such block as long as the array is made of whole ones.
  private static final int BLOCK = 256;

  private static final int LABEL = 0x8000_00FF;
  private static final int HAS_VALUE = 1 << 8;

  private final int[] units;

  private DoubleArray(int[] units) {
    this.units = units;
  }

  /// Takes the values that keys have.
  interface Values {
    /// @throws FileFormatException if it cannot be one
    void require(int value);
  }

  /// @param bytes all units, in little-endian order
  /// @param error makes the error of what was expected and what was found
  static DoubleArray read(ByteBuffer bytes, BiFunction<String, String, FileFormatException> error) {
    int count = bytes.remaining() / Integer.BYTES;
    if (count == 0 || bytes.remaining() % (BLOCK * Integer.BYTES) != 0) {
      throw error.apply("a trie of whole blocks of 1024 bytes", bytes.remaining() + " bytes");
    }
    int[] units = new int[count];
    bytes.asIntBuffer().get(units);
    return new DoubleArray(units);
  }

  private int base(int node) {
    int unit = units[node];
    return node ^ ((unit >>> 10) << ((unit & (1 << 9)) >>> 6));
  }

  private boolean isChild(int node, int label) {
    return (units[node] & LABEL) == label;
  }

  /// Requires nodes to lie within the array, none to lead back to itself, and values to be right.
  /// Walks all of them, each once, by depth.
  void require(BiFunction<String, String, FileFormatException> error, Values values) {
    byte[] state = new byte[units.length]; // 1: on the path to the root, 2: done
    int[] path = new int[64];
    int[] label = new int[64];
    int depth = enter(0, 0, path, label, state, error, values);
    while (depth > 0) {
      int node = path[depth - 1];
      int c = ++label[depth - 1];
      if (c == BLOCK) {
        state[node] = 2;
        depth--;
        continue;
      }
      int child = base(node) ^ c;
      if (!isChild(child, c) || state[child] == 2) {
        continue;
      }
      if (state[child] == 1) {
        throw error.apply("a trie", "unit %d leading back to unit %d".formatted(node, child));
      }
      if (depth == path.length) {
        path = Arrays.copyOf(path, 2 * depth);
        label = Arrays.copyOf(label, 2 * depth);
      }
      depth = enter(child, depth, path, label, state, error, values);
    }
  }

  private int enter(
      int node,
      int depth,
      int[] path,
      int[] label,
      byte[] state,
      BiFunction<String, String, FileFormatException> error,
      Values values) {
    int base = base(node);
    if (base < 0 || base >= units.length) {
      throw error.apply(
          "a trie of %d units".formatted(units.length),
          "unit %d pointing to %d".formatted(node, base));
    }
    if (node != 0 && hasValue(node)) {
      values.require(value(base));
    }
    path[depth] = node;
    label[depth] = 0;
    state[node] = 1;
    return depth + 1;
  }

  private boolean hasValue(int node) {
    return (units[node] & HAS_VALUE) != 0;
  }

  private int value(int base) {
    return units[base] & Integer.MAX_VALUE;
  }

  /// The value of the shortest key with which `bytes` begin, or −1. A byte 0 ends them.
  int shortestPrefix(byte[] bytes) {
    int node = 0;
    for (byte b : bytes) {
      int c = b & 0xFF;
      int child = base(node) ^ c;
      if (c == 0 || !isChild(child, c)) {
        return -1;
      }
      node = child;
      if (hasValue(node)) {
        return value(base(node));
      }
    }
    return -1;
  }
}
