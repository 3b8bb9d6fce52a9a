package cadj.kernels.profiler;

import cadj.kernels.device.Gpu;
import cadj.kernels.device.Precision;
import java.util.ArrayList;
import java.util.List;

/// A run of an operation that launches some kernels, with sizes to be chosen: what the profiler
/// measures.
///
/// @param name of the run, such as `geglu forward`
/// @param sizes with the values they have if none are given
/// @param kernels that it launches, with the sizes given here
public record Example(
    String name, List<Size> sizes, List<Launched> kernels, Precision precision, Body body) {
  /// A kernel, and in a line what it computes.
  public record Launched(String kernel, String does) {}

  /// A size by name.
  public record Size(String name, int value) {}

  static Size size(String name, int value) {
    return new Size(name, value);
  }

  static Launched kernel(String name, String does) {
    return new Launched(name, does);
  }

  /// Begins an example.
  static Start of(String name, Size... sizes) {
    return new Start(name, List.of(sizes), Precision.FULL, List.of());
  }

  /// An example without its body.
  record Start(String name, List<Size> sizes, Precision precision, List<Launched> kernels) {
    Start with(Precision other) {
      return new Start(name, sizes, other, kernels);
    }

    Start launches(Launched... all) {
      return new Start(name, sizes, precision, List.of(all));
    }

    Example by(Body body) {
      return new Example(name, sizes, kernels, precision, body);
    }
  }

  /// Runs the example.
  interface Body {
    /// @param sizes as many as the example has
    void run(ExampleInputs inputs, Gpu gpu, int[] sizes);
  }

  /// Largest size taken: shapes are for looking at kernels, and their products must fit an int.
  private static final int LARGEST = 1 << 24;

  /// The sizes that `text` asks for: `64,1280` in order, or `rows=64,width=1280`, or some of them.
  ///
  /// @throws IllegalArgumentException naming what was expected and found
  public int[] sizes(String text) {
    int[] values = sizes.stream().mapToInt(Size::value).toArray();
    String[] parts = text.isBlank() ? new String[0] : text.split(",", -1);
    if (parts.length > sizes.size()) {
      throw wrong("at most %d sizes".formatted(sizes.size()), text);
    }
    for (int i = 0; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      int place = equals < 0 ? i : place(parts[i].substring(0, equals).strip());
      values[place] = value(parts[i].substring(equals + 1).strip());
    }
    return values;
  }

  /// What `kernel`, one of this example's, computes.
  String does(String kernel) {
    return kernels.stream()
        .filter(it -> it.kernel.equals(kernel))
        .map(Launched::does)
        .findFirst()
        .orElseThrow();
  }

  private int place(String size) {
    for (int i = 0; i < sizes.size(); i++) {
      if (sizes.get(i).name.equals(size)) {
        return i;
      }
    }
    throw wrong("one of " + words(), size);
  }

  private static int value(String text) {
    try {
      int value = Integer.parseInt(text);
      if (value >= 1 && value <= LARGEST) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw wrong("a number from 1 to " + LARGEST, text);
  }

  private static IllegalArgumentException wrong(String expected, String found) {
    return new IllegalArgumentException("shape: expected %s, found %s".formatted(expected, found));
  }

  /// Such as `rows=64, width=1280`.
  public String words() {
    return words(sizes.stream().mapToInt(Size::value).toArray());
  }

  /// The same with other values.
  public String words(int[] values) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      words.add(sizes.get(i).name + "=" + values[i]);
    }
    return String.join(", ", words);
  }

  @Override
  public String toString() {
    return name;
  }
}
