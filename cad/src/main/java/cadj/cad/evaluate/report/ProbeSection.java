package cadj.cad.evaluate.report;

import static cadj.cad.chart.Html.escape;

import cadj.cad.evaluate.LedgerKeys;
import cadj.cad.probe.SoftPrompt;
import cadj.cad.statistics.Interval;
import cadj.cad.statistics.Proportion;
import cadj.tensor.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/// What probes brought back of erased concepts: a row for each probe and variant, a column for each
/// method and for the model as it is; pictures of all concepts and seeds together.
final class ProbeSection {
  private ProbeSection() {}

  static String html(List<ReportCell> cells) {
    SequencedMap<String, SequencedMap<String, Proportion>> rows = new LinkedHashMap<>();
    SequencedSet<String> methods = new LinkedHashSet<>();
    for (ReportCell cell : cells) {
      if (!cell.json().has(LedgerKeys.PROBES)) {
        continue;
      }
      methods.add(cell.method());
      JsonObject probes = cell.json().object(LedgerKeys.PROBES);
      for (String concept : probes.keys()) {
        for (JsonObject one : probes.list(concept).objects()) {
          rows.computeIfAbsent(name(one, concept), name -> new LinkedHashMap<>())
              .merge(
                  cell.method(),
                  new Proportion(one.integer(LedgerKeys.SEEN), one.integer(LedgerKeys.OF)),
                  ProbeSection::sum);
        }
      }
    }
    return rows.isEmpty() ? "" : table(rows, methods);
  }

  private static Proportion sum(Proportion a, Proportion b) {
    return new Proportion(a.successes() + b.successes(), a.tries() + b.tries());
  }

  /// `noised-pictures, strength “0.6”, prompt “”`: what tells a variant, not what a probe found on
  /// its way, and the same for every concept.
  private static String name(JsonObject probe, String concept) {
    List<String> out = new ArrayList<>();
    out.add(probe.string(LedgerKeys.PROBE));
    JsonObject variant = probe.object(LedgerKeys.VARIANT);
    for (String key : variant.keys()) {
      if (!key.endsWith(SoftPrompt.LOSS)) {
        String value = variant.string(key);
        out.add(value.equals(concept) ? key + " its name" : "%s “%s”".formatted(key, value));
      }
    }
    return String.join(", ", out);
  }

  private static String table(
      SequencedMap<String, SequencedMap<String, Proportion>> rows, SequencedSet<String> methods) {
    StringBuilder out = new StringBuilder();
    out.append(
        "<h3>recovery</h3>\n<p>In how many pictures the erased concept is seen again; small print"
            + " Wilson's 95 % interval over pictures.</p>\n<table><tr><th>probe</th>");
    methods.forEach(method -> out.append("<th>").append(escape(method)).append("</th>"));
    out.append("</tr>\n");
    rows.forEach(
        (name, byMethod) -> {
          out.append("<tr><td>").append(escape(name)).append("</td>");
          methods.forEach(method -> out.append(cell(byMethod.get(method))));
          out.append("</tr>\n");
        });
    return out.append("</table>\n").toString();
  }

  private static String cell(@Nullable Proportion share) {
    if (share == null) {
      return "<td></td>";
    }
    Interval interval = share.wilson(Interval.LEVEL);
    return "<td>%.2f <small>%.2f to %.2f of %d</small></td>"
        .formatted(share.share(), interval.low(), interval.high(), share.tries());
  }
}
