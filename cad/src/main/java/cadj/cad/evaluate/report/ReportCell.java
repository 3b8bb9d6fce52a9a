package cadj.cad.evaluate.report;

import cadj.tensor.json.JsonObject;
import cadj.tensor.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;

/// A line of a ledger.
///
/// @param erases whether its concept is to go; else it is to come
/// @param figures by group, then name
/// @param words by group, then word: what of the others each asks for, was seen
/// @param predictions how well effects were predicted, where that was asked
/// @param pictures names of files in the ledger's folder
record ReportCell(
    JsonObject json,
    String name,
    String protocol,
    String method,
    SequencedMap<String, String> settings,
    String concept,
    String seed,
    boolean erases,
    SequencedMap<String, SequencedMap<String, Figure>> figures,
    SequencedMap<String, SequencedMap<String, Figure>> words,
    List<PredictionLine> predictions,
    List<String> pictures) {
  private static final String WORDS = "by_word";

  /// The model as it is.
  static final String UNEDITED = "unedited";

  static ReportCell of(JsonObject line) {
    JsonObject identity = line.object("identity");
    SequencedMap<String, String> settings = new LinkedHashMap<>();
    if (identity.has("settings")) {
      identity
          .object("settings")
          .values()
          .forEach((key, value) -> settings.put(key, String.valueOf(value)));
    }
    SequencedMap<String, SequencedMap<String, Figure>> figures = new LinkedHashMap<>();
    SequencedMap<String, SequencedMap<String, Figure>> words = new LinkedHashMap<>();
    if (line.has("figures")) {
      JsonObject groups = line.object("figures");
      for (String group : groups.keys()) {
        figures.put(group, figures(groups.object(group)));
        words.put(
            group,
            groups.object(group).has(WORDS)
                ? figures(groups.object(group).object(WORDS))
                : new LinkedHashMap<>());
      }
    }
    return new ReportCell(
        line,
        line.string("cell"),
        identity.string("protocol"),
        identity.string("method"),
        settings,
        identity.stringOr("concept", ""),
        identity.has("seed") ? String.valueOf(identity.longInteger("seed")) : "",
        line.stringOr("goal", "erase").equals("erase"),
        figures,
        words,
        PredictionLine.all(line),
        line.has("pictures") ? line.list("pictures").strings() : List.of());
  }

  private static SequencedMap<String, Figure> figures(JsonObject group) {
    SequencedMap<String, Figure> out = new LinkedHashMap<>();
    for (String name : group.keys()) {
      if (!name.equals(WORDS)) {
        out.put(name, Figure.of(group.object(name)));
      }
    }
    return out;
  }

  boolean isEdit() {
    return !method.equals(UNEDITED);
  }

  /// What makes cells of two methods or ledgers comparable.
  String pair() {
    return concept + "\n" + seed;
  }

  Figure figure(String group, String name) {
    return figures
        .getOrDefault(group, new LinkedHashMap<>())
        .getOrDefault(name, new Figure(Double.NaN, Double.NaN, null));
  }

  SequencedMap<String, Figure> words(String group) {
    return words.getOrDefault(group, new LinkedHashMap<>());
  }

  /// What an edit took, by its name in the ledger; NaN where it is not told.
  double cost(String key) {
    JsonValue value = json.has(key) ? json.get(key) : null;
    return value != null && value.isNumber() ? value.number() : Double.NaN;
  }

  static SequencedSet<String> protocols(List<ReportCell> cells) {
    SequencedSet<String> out = new LinkedHashSet<>();
    cells.forEach(cell -> out.add(cell.protocol()));
    return out;
  }

  /// Groups in which at least one of the cells has figures.
  static SequencedSet<String> groups(List<ReportCell> cells) {
    SequencedSet<String> out = new LinkedHashSet<>();
    for (ReportCell cell : cells) {
      for (Map.Entry<String, SequencedMap<String, Figure>> group : cell.figures().entrySet()) {
        if (!group.getValue().isEmpty()) {
          out.add(group.getKey());
        }
      }
    }
    return out;
  }

  static List<ReportCell> of(List<JsonObject> lines) {
    List<ReportCell> out = new ArrayList<>();
    lines.forEach(line -> out.add(of(line)));
    return out;
  }
}
