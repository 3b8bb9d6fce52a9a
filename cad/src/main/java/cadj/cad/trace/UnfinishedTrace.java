package cadj.cad.trace;

import cadj.tensor.file.AtomicFile;
import cadj.tensor.file.FileFailure;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonList;
import cadj.tensor.json.JsonObject;
import cadj.tensor.json.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The groups of rows that a trace has done, in a file beside its result: `identity`, and `units`,
/// the figures of a group's rows by the unit's name. Written anew, in one move, after each group.
final class UnfinishedTrace {
  private static final String IDENTITY = "identity";
  private static final String UNITS = "units";

  private final @Nullable Path file;
  private final Map<String, String> identity;
  private final Map<String, @Nullable Object> units = new LinkedHashMap<>();
  private final @Nullable JsonObject saved;

  private UnfinishedTrace(
      @Nullable Path file, Map<String, String> identity, @Nullable JsonObject saved) {
    this.file = file;
    this.identity = identity;
    this.saved = saved;
  }

  /// @param file null to keep nothing
  /// @throws FileFormatException if the file is of another trace, or damaged
  static UnfinishedTrace open(@Nullable Path file, Map<String, String> identity) {
    if (file == null || !Files.exists(file)) {
      return new UnfinishedTrace(file, identity, null);
    }
    JsonObject whole = JsonFile.read(file);
    JsonObject found = whole.object(IDENTITY);
    identity.forEach(
        (key, value) -> {
          String there = found.has(key) ? found.string(key) : "nothing";
          if (!there.equals(value)) {
            throw new FileFormatException(
                file,
                key,
                value + " (an unfinished trace of other settings; delete it to start anew)",
                FileFormatException.quote(there));
          }
        });
    UnfinishedTrace out = new UnfinishedTrace(file, identity, whole.object(UNITS));
    out.units.putAll(whole.object(UNITS).values());
    return out;
  }

  /// The figures of a unit, or null if it is to be done.
  @Nullable List<RowFigures> find(String unit, List<TraceRow> group, int samples, int windows) {
    if (saved == null || !saved.has(unit)) {
      return null;
    }
    JsonList rows = saved.list(unit);
    if (rows.size() != group.size()) {
      throw rows.error(group.size() + " rows", rows.size() + " of them");
    }
    List<RowFigures> out = new ArrayList<>();
    for (int i = 0; i < group.size(); i++) {
      out.add(figures(group.get(i), rows.get(i).object(), samples, windows));
    }
    return out;
  }

  private static RowFigures figures(TraceRow row, JsonObject saved, int samples, int windows) {
    Map<Measure, double[][]> pictures = new EnumMap<>(Measure.class);
    for (Measure measure : Measure.values()) {
      if (measure.isOfPictures() && saved.has(measure.toString())) {
        pictures.put(measure, table(saved, measure.toString(), windows));
      }
    }
    return new RowFigures(
        row, table(saved, "objective", samples), table(saved, "projection", samples), pictures);
  }

  private static double[][] table(JsonObject saved, String key, int rows) {
    JsonList list = saved.list(key);
    if (list.size() != rows) {
      throw saved.error(key, rows + " lists of numbers", list.size() + " of them");
    }
    double[][] out = new double[rows][];
    for (int i = 0; i < rows; i++) {
      out[i] = list.get(i).list().numbers();
    }
    return out;
  }

  /// Keeps a unit's figures; once this returns they are on the disk.
  void add(String unit, List<RowFigures> rows) {
    if (file == null) {
      return;
    }
    units.put(unit, rows.stream().map(RowFigures::json).toList());
    Map<String, @Nullable Object> whole = new LinkedHashMap<>();
    whole.put(IDENTITY, identity);
    whole.put(UNITS, units);
    JsonText.write(file, whole);
  }

  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
      AtomicFile.deleteUnfinished(file);
    } catch (IOException e) {
      throw FileFailure.of(file, "cannot be deleted", e);
    }
  }
}
