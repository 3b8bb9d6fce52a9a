package cadj.cad.overlap;

import static cadj.tensor.shape.Require.require;

import cadj.cad.attribution.AttributionScores;
import cadj.cad.edit.Patch;
import cadj.tensor.file.FileFormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Which attributions can be compared weight by weight.
final class Fit {
  /// What must be the same: the model, and what of it was scored.
  private static final List<String> SAME = List.of(Patch.MODEL_HASH, Patch.TEXT_HASH, "sites");

  /// What may differ, and is told, since it makes other scores of the same concept.
  private static final List<String> TOLD = List.of("objective", "mode", "estimator");

  private Fit() {}

  /// Demands attributions of one model and the same parameters.
  ///
  /// @return a line for each setting that differs
  /// @throws FileFormatException naming the first file that differs from the first of all
  static List<String> differences(List<AttributionScores> files) {
    require(files.size() > 1, "overlap: expected two attributions or more, got %d", files.size());
    AttributionScores first = files.getFirst();
    for (AttributionScores other : files.subList(1, files.size())) {
      SAME.forEach(key -> requireSame(key, first, other));
      requireSameParameters(first, other);
    }
    List<String> notes = new ArrayList<>();
    for (String key : TOLD) {
      List<String> values = values(key, files);
      if (values.stream().distinct().count() > 1) {
        notes.add("%s differs: %s".formatted(key, String.join(", ", values)));
      }
    }
    return notes;
  }

  /// The same, and the settings that [#TOLD] names: scores that mean the same.
  static void requireSameKind(List<AttributionScores> files) {
    differences(files);
    AttributionScores first = files.getFirst();
    for (AttributionScores other : files.subList(1, files.size())) {
      TOLD.forEach(key -> requireSame(key, first, other));
    }
  }

  private static List<String> values(String key, List<AttributionScores> files) {
    return files.stream().map(file -> file.metadata().getOrDefault(key, "none")).toList();
  }

  private static void requireSame(String key, AttributionScores first, AttributionScores other) {
    String expected = first.metadata().get(key);
    String found = other.metadata().get(key);
    if (!Objects.equals(expected, found)) {
      throw new FileFormatException(
          other.path(),
          "__metadata__." + key,
          said(expected) + " as in " + first.path(),
          said(found));
    }
  }

  private static String said(@Nullable String value) {
    return value == null ? "none" : FileFormatException.quote(value);
  }

  private static void requireSameParameters(AttributionScores first, AttributionScores other) {
    for (String name : first.parameters()) {
      if (!other.parameters().contains(name)) {
        throw new FileFormatException(
            other.path(), "score/" + name, "scores, as in " + first.path(), "none");
      }
      if (!other.shape(name).equals(first.shape(name))) {
        throw new FileFormatException(
            other.path(),
            "score/" + name,
            first.shape(name) + " as in " + first.path(),
            other.shape(name).toString());
      }
    }
    for (String name : other.parameters()) {
      if (!first.parameters().contains(name)) {
        throw new FileFormatException(
            other.path(), "score/" + name, "no such scores, as in " + first.path(), "some");
      }
    }
  }
}
