package cadj.tensor.weights;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import cadj.tensor.file.FileFormatException;
import cadj.tensor.file.ReadableFile;
import cadj.tensor.torch.TorchFile;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/// The forms in which weights lie in files. The content tells them apart: extensions are as people
/// left them.
public enum WeightFormat {
  SAFETENSORS,
  /// What `torch.save` writes.
  TORCH,
  /// A JSON file that says which tensor is in which file.
  INDEX;

  /// Enough to tell: a safetensors file's length and the first character of its header.
  private static final int FIRST_BYTES = 16;

  private static final int HEADER = Long.BYTES;

  /// The first byte of a pickle, of protocol 2 and later.
  private static final byte PICKLE = (byte) 0x80;

  /// Files of PyTorch by name, which nothing else reads.
  private static final Pattern OF_TORCH = Pattern.compile(".*\\.(pt|pth|bin|ckpt|pkl)");

  /// @throws FileFormatException if the file cannot be read, or is of none of the forms
  public static WeightFormat of(Path path) {
    ReadableFile.require(path);
    byte[] first = firstBytes(path);
    String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    if (TorchFile.begins(MemorySegment.ofArray(first))) {
      return TORCH;
    }
    if (name.endsWith(".json") || isJson(first)) {
      return INDEX;
    }
    if (first.length > 0 && first[0] == PICKLE && !isSafetensors(first)) {
      TorchFile.refuseOtherGlobals(path);
    }
    if (OF_TORCH.matcher(name).matches() && !isSafetensors(first)) {
      throw new FileFormatException(
          path,
          "",
          "a file that torch.save wrote, or safetensors",
          first.length > 0 && first[0] == PICKLE
              ? "another pickle"
              : first.length == 0
                  ? "nothing in it"
                  : "one that begins with the bytes " + HexFormat.of().formatHex(first));
    }
    return SAFETENSORS; // whose reader says what else it may be
  }

  private static boolean isSafetensors(byte[] first) {
    return first.length > HEADER && first[HEADER] == '{';
  }

  /// JSON has no zero bytes, which a safetensors file's length begins or ends with.
  private static boolean isJson(byte[] first) {
    MemorySegment bytes = MemorySegment.ofArray(first);
    return first.length >= HEADER
        && first[0] == '{'
        && bytes.elements(JAVA_BYTE).noneMatch(b -> b.get(JAVA_BYTE, 0) == 0);
  }

  private static byte[] firstBytes(Path path) {
    ReadableFile.require(path);
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(FIRST_BYTES);
    } catch (IOException e) {
      throw FileFormatException.unreadable(path, e);
    }
  }
}
