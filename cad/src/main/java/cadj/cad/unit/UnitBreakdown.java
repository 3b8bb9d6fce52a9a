package cadj.cad.unit;

import cadj.cad.edit.Ablation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Scores by neuron, head, filter or layer: the units with the highest and the lowest sums.
///
/// @param per what a unit is
/// @param all every unit
/// @param top how many of each end are told
public record UnitBreakdown(Ablation.Per per, List<UnitScore> all, int top) implements Breakdown {
  /// Those with the highest sums above 0, highest first; among equal ones the model's order.
  public List<UnitScore> mostPositive() {
    return all.stream()
        .filter(unit -> unit.sum() > 0)
        .sorted(Comparator.comparingDouble(UnitScore::sum).reversed())
        .limit(top)
        .toList();
  }

  /// Those with the lowest sums below 0, lowest first.
  public List<UnitScore> mostNegative() {
    return all.stream()
        .filter(unit -> unit.sum() < 0)
        .sorted(Comparator.comparingDouble(UnitScore::sum))
        .limit(top)
        .toList();
  }

  /// `neuron`, for a text or a key.
  String unit() {
    return per.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public List<String> lines() {
    List<String> out = new ArrayList<>();
    long modules = all.stream().map(UnitScore::units).distinct().count();
    String where = modules == all.size() ? "" : " in %,d modules".formatted(modules);
    out.add("%,d %ss%s, by the sums of their scores".formatted(all.size(), unit(), where));
    out.add("        sum     positive   negative");
    out.add("Most positive (they make the concept appear):");
    mostPositive().forEach(one -> out.add(line(one)));
    out.add("Most negative (they hold it back):");
    mostNegative().forEach(one -> out.add(line(one)));
    return out;
  }

  private static String line(UnitScore one) {
    return "  %+10.3e = %+10.3e %+10.3e  %,8d weights  %s"
        .formatted(one.sum(), one.positive(), one.negative(), one.weights(), one.name());
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("by", unit());
    out.put("units", all.size());
    out.put("most_positive_units", mostPositive().stream().map(UnitBreakdown::row).toList());
    out.put("most_negative_units", mostNegative().stream().map(UnitBreakdown::row).toList());
    return out;
  }

  /// One unit, for machines.
  static Map<String, Object> row(UnitScore one) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("module", one.units().module());
    out.put("unit", one.number());
    out.put("weights", one.weights());
    out.put("sum", one.sum());
    out.put("positive", one.positive());
    out.put("negative", one.negative());
    return out;
  }
}
