package cadj.models.lora;

import static cadj.tensor.shape.Require.require;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// A LoRA file, and how much of it is merged:
///
/// ```
/// W' = W + scale · (alpha/rank) · up·down
/// ```
///
/// @param scale any finite number: 1 as trained, 0 nothing, negative the opposite
public record Lora(Path file, double scale) {
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?|[-+]?(?i:nan|inf|infinity)");

  public Lora {
    require(Double.isFinite(scale), "lora %s: expected a finite scale, got %s", file, scale);
  }

  /// Reads `FILE[:SCALE]`, scale 1 by default. The name of a file that exists is taken whole; else
  /// a number after the last colon is the scale, so that `C:\style.safetensors` is a file.
  ///
  /// @throws IllegalArgumentException if the scale is not finite, or no number after the name of a
  ///   file that exists
  public static Lora parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0 || exists(text)) {
      return new Lora(Path.of(text), 1);
    }
    String name = text.substring(0, colon);
    String scale = text.substring(colon + 1);
    if (NUMBER.matcher(scale).matches()) {
      return new Lora(Path.of(name), number(scale));
    }
    require(!exists(name), "lora %s: expected a number as scale, got \"%s\"", name, scale);
    return new Lora(Path.of(text), 1);
  }

  private static boolean exists(String name) {
    try {
      return !name.isEmpty() && Files.exists(Path.of(name));
    } catch (InvalidPathException e) {
      return false; // Windows has no colon in a name but a drive's
    }
  }

  private static double number(String text) {
    return Character.isLetter(text.charAt(text.length() - 1))
        ? Double.NaN
        : Double.parseDouble(text);
  }

  /// As [#parse] reads it.
  @Override
  public String toString() {
    return file + ":" + scale;
  }
}
