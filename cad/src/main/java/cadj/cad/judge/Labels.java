package cadj.cad.judge;

import static cadj.tensor.shape.Require.require;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Names of a classifier's classes, or some of them, by number.
///
/// Of a list of synonyms ("tench, Tinca tinca") the first is the name. Where several classes have
/// one name (ImageNet has two cranes), each is called by name and number: "crane (134)".
///
/// @param names by number, each once
public record Labels(SortedMap<Integer, String> names) {
  /// The ten classes of ImageNet that Imagenette consists of, on which erasure of objects is
  /// measured.
  public static final Labels IMAGENETTE =
      new Labels(
          new TreeMap<>(
              Map.of(
                  0, "tench",
                  217, "English springer",
                  482, "cassette player",
                  491, "chain saw",
                  497, "church",
                  566, "French horn",
                  569, "garbage truck",
                  571, "gas pump",
                  574, "golf ball",
                  701, "parachute")));

  /// More classes than any classifier has.
  static final int MOST = 1 << 16;

  public Labels {
    names = Collections.unmodifiableSortedMap(unambiguous(names));
    require(!names.isEmpty(), "labels: expected at least one name, got none");
    require(
        names.firstKey() >= 0 && names.lastKey() < MOST,
        "labels: expected numbers from 0 to %d, got %d and %d",
        MOST - 1,
        names.firstKey(),
        names.lastKey());
  }

  /// Names of classes 0, 1, …
  public static Labels of(List<String> names) {
    SortedMap<Integer, String> out = new TreeMap<>();
    names.forEach(name -> out.put(out.size(), name));
    return new Labels(out);
  }

  private static SortedMap<Integer, String> unambiguous(SortedMap<Integer, String> names) {
    SortedMap<Integer, String> first = new TreeMap<>();
    Map<String, Integer> count = new HashMap<>();
    names.forEach(
        (number, synonyms) -> {
          String name = synonyms.replaceFirst(",.*", "").strip();
          require(!name.isEmpty(), "labels: expected a name of class %d, got none", number);
          first.put(number, name);
          count.merge(name, 1, Integer::sum);
        });
    first.replaceAll(
        (number, name) -> count.get(name) == 1 ? name : "%s (%d)".formatted(name, number));
    return first;
  }

  /// The names there are, in the order of their numbers.
  public List<String> known() {
    return List.copyOf(names.values());
  }

  /// A name for each of so many classes: "class 7", where there is none.
  ///
  /// @throws IllegalArgumentException if a name is for none of these
  List<String> all(int classes) {
    int last = names.lastKey();
    require(
        last < classes,
        "labels: expected numbers below the %d classes of the network, got %d (%s)",
        classes,
        last,
        names.get(last));
    return IntStream.range(0, classes)
        .mapToObj(number -> names.getOrDefault(number, "class " + number))
        .toList();
  }
}
