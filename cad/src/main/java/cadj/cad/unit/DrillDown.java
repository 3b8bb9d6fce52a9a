package cadj.cad.unit;

import static cadj.cad.chart.Html.escape;
import static java.util.Objects.requireNonNull;

import cadj.cad.chart.ParameterLabel;
import cadj.cad.edit.Units;
import cadj.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A part of a web page that opens from the model to its blocks, their modules, the strongest units
/// of each (neurons, heads, filters, else the layer), and their strongest weights; beside units
/// that were tried, the pictures without them.
///
/// Bounded: so many units of either sign a module, so many weights a unit.
public final class DrillDown {
  /// What the page's style sheet must hold.
  public static final String STYLE =
      """
      .drill details { margin-left: 1.4em } .drill summary { cursor: pointer; white-space: nowrap; line-height: 1.7 }
      .drill .sum { display: inline-block; min-width: 6.5em; text-align: right; font-variant-numeric: tabular-nums; font-size: .85em; color: #555 }
      .drill .bar { display: inline-block; width: 160px; height: 11px; margin: 0 .7em; vertical-align: middle; position: relative; border-left: 1px solid #ccc; border-right: 1px solid #ccc }
      .drill .bar i { position: absolute; top: 0; bottom: 0 } .drill .bar .down { right: 50%; background: rgb(31,119,180) } .drill .bar .up { left: 50%; background: rgb(214,39,40) }
      .drill table { margin: .2em 0 .6em 2.2em; font-size: .85em } .drill figure { display: inline-block; margin: .3em .8em .3em 0; text-align: center; font-size: .8em }
      .drill figure img { width: 96px; image-rendering: pixelated } .drill .tried { margin-left: 2.2em; white-space: normal } .drill .other { color: rgb(214,39,40) }
      """;

  private static final int WEIGHTS = 6;

  private final SequencedMap<String, Tensor> scores;
  private final int top;
  private final @Nullable DrawnWithout drawn;
  private final StringBuilder html = new StringBuilder();

  private DrillDown(SequencedMap<String, Tensor> scores, int top, @Nullable DrawnWithout drawn) {
    this.scores = scores;
    this.top = top;
    this.drawn = drawn;
  }

  /// @param heads of the attention that a parameter belongs to, 0 for one of none
  /// @param top units of either sign for each module
  /// @param drawn pictures without some units, or null
  public static String html(
      SequencedMap<String, Tensor> scores,
      ToIntFunction<String> heads,
      int top,
      @Nullable DrawnWithout drawn) {
    DrillDown page = new DrillDown(scores, top, drawn);
    page.model(modules(scores, heads));
    return page.html.toString();
  }

  /// The modules whose units are shown: feed-forward blocks, attentions, convolutions; each other
  /// parameter with its layer. Every scored weight is in exactly one.
  static List<Units> modules(SequencedMap<String, Tensor> scores, ToIntFunction<String> heads) {
    List<Units> out = new ArrayList<>();
    addFitting(out, () -> Units.neurons(scores));
    addFitting(out, () -> Units.heads(scores, heads));
    addFitting(out, () -> Units.filters(scores));
    SequencedMap<String, Tensor> rest = new LinkedHashMap<>(scores);
    out.forEach(units -> units.sides().forEach(side -> rest.remove(side.parameter())));
    out.addAll(Units.layers(rest));
    List<String> order = List.copyOf(scores.keySet());
    out.sort(
        Comparator.comparingInt((Units units) -> ParameterLabel.of(first(units)).depth())
            .thenComparingInt(units -> order.indexOf(first(units))));
    return out;
  }

  /// Adds what there is, or nothing where parameters do not fit together, such as the second matrix
  /// of a feed-forward block without the first: those are shown as layers.
  private static void addFitting(List<Units> out, Supplier<List<Units>> units) {
    try {
      out.addAll(units.get());
    } catch (IllegalArgumentException doNotFit) {
      return;
    }
  }

  private static String first(Units units) {
    return units.sides().getFirst().parameter();
  }

  private static String block(Units units) {
    String block = ParameterLabel.of(first(units)).block();
    return block.isEmpty() ? "elsewhere" : block;
  }

  private void model(List<Units> modules) {
    SequencedMap<String, List<List<UnitScore>>> blocks = new LinkedHashMap<>();
    for (Units units : modules) {
      blocks
          .computeIfAbsent(block(units), block -> new ArrayList<>())
          .add(UnitScore.of(List.of(units), scores));
    }
    List<List<UnitScore>> each = blocks.values().stream().map(DrillDown::together).toList();
    html.append("<div class=\"drill wide\">\n");
    List<UnitScore> all = together(each);
    open("model", all, true, largest(List.of(all)));
    blocks.forEach((name, its) -> block(name, its, largest(each)));
    html.append("</details></div>\n");
  }

  private static <T> List<T> together(List<List<T>> lists) {
    return lists.stream().flatMap(List::stream).toList();
  }

  private void block(String name, List<List<UnitScore>> modules, double scale) {
    open(name, together(modules), false, scale);
    modules.forEach(units -> module(units, largest(modules)));
    html.append("</details>\n");
  }

  private void module(List<UnitScore> units, double scale) {
    Units module = units.getFirst().units();
    String parts = module.count() == 1 ? "" : " (%,d units)".formatted(module.count());
    open(module.module() + parts, units, false, scale);
    html.append("<table>\n");
    module.sides().stream().map(Units.Side::parameter).forEach(this::parameter);
    html.append("</table>\n");
    double ofUnits = largest(units.stream().map(List::of).toList());
    Comparator<UnitScore> bySum = Comparator.comparingDouble(UnitScore::sum);
    Stream.concat(
            units.stream().filter(u -> u.sum() > 0).sorted(bySum.reversed()).limit(top),
            units.stream().filter(u -> u.sum() < 0).sorted(bySum).limit(top))
        .forEach(unit -> unit(unit, ofUnits));
    layersWithin(module).forEach(this::wholeLayer);
    html.append("</details>\n");
  }

  /// Layers that were tried as a whole and are shown here by their neurons, heads or filters.
  private List<DrawnWithout.Unit> layersWithin(Units module) {
    return drawn == null || module.count() == 1
        ? List.of()
        : drawn.units().stream()
            .filter(it -> it.score().units().count() == 1)
            .filter(it -> (it.score().units().module() + ".").startsWith(module.module() + "."))
            .toList();
  }

  private void wholeLayer(DrawnWithout.Unit layer) {
    open(
        layer.score().name() + ", the whole layer, tried",
        List.of(layer.score()),
        true,
        largest(List.of(List.of(layer.score()))));
    html.append(TriedPictures.html(requireNonNull(drawn), layer));
    html.append("</details>\n");
  }

  private void parameter(String name) {
    Tensor tensor = requireNonNull(scores.get(name));
    UnitScore all = UnitScore.of(Units.layers(one(name, tensor)), scores).getFirst();
    html.append(
        "<tr><td>%s</td><td>%s</td><td class=\"sum\">%+.2e</td><td class=\"sum\">%+.2e</td></tr>%n"
            .formatted(escape(name), tensor.shape(), all.negative(), all.positive()));
  }

  private static SequencedMap<String, Tensor> one(String name, Tensor tensor) {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    out.put(name, tensor);
    return out;
  }

  private void unit(UnitScore unit, double scale) {
    DrawnWithout.Unit tried = tried(unit);
    String name = unit.units().count() == 1 ? "the whole layer" : "#" + unit.number();
    open(name + (tried == null ? "" : ", tried"), List.of(unit), tried != null, scale);
    html.append("<table>\n");
    for (TopWeights.Weight weight : TopWeights.of(unit, scores, WEIGHTS)) {
      html.append(
          "<tr><td>%s %s</td><td class=\"sum\">%+.3e</td></tr>%n"
              .formatted(escape(weight.parameter()), weight.at(), weight.score()));
    }
    html.append("</table>\n");
    if (tried != null) {
      html.append(TriedPictures.html(requireNonNull(drawn), tried));
    }
    html.append("</details>\n");
  }

  private DrawnWithout.@Nullable Unit tried(UnitScore unit) {
    return drawn == null
        ? null
        : drawn.units().stream()
            .filter(it -> it.score().units().module().equals(unit.units().module()))
            .filter(it -> it.score().units().count() == unit.units().count())
            .filter(it -> it.score().number() == unit.number())
            .findFirst()
            .orElse(null);
  }

  /// @param scale sum that fills half of the bar
  private void open(String name, List<UnitScore> units, boolean isOpen, double scale) {
    double up = positive(units);
    double down = negative(units);
    html.append(
        """
        <details%s><summary><span class="sum">%+.2e</span><span class="bar"><i class="down" style="width:%.2f%%"></i><i class="up" style="width:%.2f%%"></i></span><span class="sum">%+.2e</span> &nbsp;%s</summary>
        """
            .formatted(
                isOpen ? " open" : "",
                down,
                share(-down, scale),
                share(up, scale),
                up,
                escape(name)));
  }

  private static double share(double value, double scale) {
    return scale == 0 ? 0 : 50 * value / scale;
  }

  /// The largest sum of either sign.
  private static double largest(List<List<UnitScore>> groups) {
    return groups.stream()
        .mapToDouble(units -> Math.max(positive(units), -negative(units)))
        .max()
        .orElse(0);
  }

  private static double positive(List<UnitScore> units) {
    return units.stream().mapToDouble(UnitScore::positive).sum();
  }

  private static double negative(List<UnitScore> units) {
    return units.stream().mapToDouble(UnitScore::negative).sum();
  }
}
