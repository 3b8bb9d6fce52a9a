package cadj.cad.evaluate.report;

import cadj.cad.evaluate.LedgerKeys;
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
  static ReportCell of(JsonObject line) {
    JsonObject identity = line.object(LedgerKeys.IDENTITY);
    SequencedMap<String, String> settings = new LinkedHashMap<>();
    if (identity.has(LedgerKeys.SETTINGS)) {
      identity
          .object(LedgerKeys.SETTINGS)
          .values()
          .forEach((key, value) -> settings.put(key, String.valueOf(value)));
    }
    SequencedMap<String, SequencedMap<String, Figure>> figures = new LinkedHashMap<>();
    SequencedMap<String, SequencedMap<String, Figure>> words = new LinkedHashMap<>();
    if (line.has(LedgerKeys.FIGURES)) {
      JsonObject groups = line.object(LedgerKeys.FIGURES);
      for (String group : groups.keys()) {
        figures.put(group, figures(groups.object(group)));
        words.put(
            group,
            groups.object(group).has(LedgerKeys.BY_WORD)
                ? figures(groups.object(group).object(LedgerKeys.BY_WORD))
                : new LinkedHashMap<>());
      }
    }
    return new ReportCell(
        line,
        line.string(LedgerKeys.CELL),
        identity.string(LedgerKeys.PROTOCOL),
        identity.string(LedgerKeys.METHOD),
        settings,
        identity.stringOr(LedgerKeys.CONCEPT, ""),
        identity.has(LedgerKeys.SEED) ? String.valueOf(identity.longInteger(LedgerKeys.SEED)) : "",
        line.stringOr(LedgerKeys.GOAL, "erase").equals("erase"),
        figures,
        words,
        PredictionLine.all(line),
        line.has(LedgerKeys.PICTURES) ? line.list(LedgerKeys.PICTURES).strings() : List.of());
  }

  private static SequencedMap<String, Figure> figures(JsonObject group) {
    SequencedMap<String, Figure> out = new LinkedHashMap<>();
    for (String name : group.keys()) {
      if (!name.equals(LedgerKeys.BY_WORD)) {
        out.put(name, Figure.of(group.object(name)));
      }
    }
    return out;
  }

  boolean isEdit() {
    return !method.equals(LedgerKeys.UNEDITED);
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
