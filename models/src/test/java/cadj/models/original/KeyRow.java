package cadj.models.original;

import static org.junit.jupiter.api.Assertions.assertFalse;

import cadj.tensor.golden.Golden;
import cadj.tensor.json.JsonFile;
import cadj.tensor.json.JsonList;
import cadj.tensor.json.JsonObject;
import java.util.List;

/// One row of the recorded key map: a tensor of a folder, and where it lies in a single file.
///
/// @param file key in the single file
/// @param part folder that the tensor is in
/// @param key its key there
/// @param how `same`, `linear -> 1x1 conv`, `rows 0*h..1*h`, `transposed`
public record KeyRow(String file, String part, String key, String how) {
  private static JsonObject map() {
    return JsonFile.read(Golden.require("checkpoints/keymap.json"));
  }

  /// Names of the models that it has rows of.
  public static List<String> models() {
    return List.copyOf(map().keys());
  }

  /// All rows of a model.
  public static List<KeyRow> of(String model) {
    List<KeyRow> rows = map().object(model).list("rows").stream().map(v -> row(v.list())).toList();
    assertFalse(rows.isEmpty());
    return rows;
  }

  private static KeyRow row(JsonList row) {
    List<String> columns = row.strings();
    String[] place = columns.get(1).split("/", 2);
    return new KeyRow(columns.get(0), place[0], place[1], columns.get(2));
  }
}
