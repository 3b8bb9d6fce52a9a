package cadj.cad.evaluate;

import cadj.cad.attribution.Estimators;
import cadj.cad.method.EditMethod;
import cadj.cad.method.catalogue.MethodText;
import cadj.models.scheduler.SchedulerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One unit of an evaluation, computed by itself: one edit, the model as it is, or one concept's
/// predictions.
///
/// @param label the method as the protocol names it, with settings that differ from its own;
///   [LedgerKeys#UNEDITED] for the model as it is, [LedgerKeys#PREDICTION] where estimators predict
/// @param method null where nothing is edited
/// @param concept empty for the model as it is, which is drawn once per seed for all concepts; it
///   is probed for each by itself
record Cell(
    Protocol protocol, String label, @Nullable EditMethod method, String concept, long seed) {
  /// All cells in their order. Edits: the model as it is with each seed, drawn and then probed for
  /// each concept; then by seed, concept and method.
  static List<Cell> of(Protocol protocol) {
    return switch (protocol) {
      case EditProtocol edits -> edits(edits);
      case PredictionPlan plan -> predictions(plan);
    };
  }

  private static List<Cell> edits(EditProtocol protocol) {
    List<Cell> out = new ArrayList<>();
    for (long seed : protocol.seeds()) {
      out.add(unedited(protocol, seed));
      if (!protocol.probes().isEmpty()) {
        for (String concept : protocol.concepts()) {
          out.add(new Cell(protocol, LedgerKeys.UNEDITED, null, concept, seed));
        }
      }
    }
    for (long seed : protocol.seeds()) {
      for (String concept : protocol.concepts()) {
        for (String label : protocol.methods()) {
          out.add(new Cell(protocol, label, MethodText.parse(label), concept, seed));
        }
      }
    }
    return out;
  }

  private static List<Cell> predictions(PredictionPlan plan) {
    plan.methods().forEach(Estimators::named); // says now if there is one that is not
    List<Cell> out = new ArrayList<>();
    for (long seed : plan.seeds()) {
      for (String concept : plan.concepts()) {
        out.add(new Cell(plan, LedgerKeys.PREDICTION, null, concept, seed));
      }
    }
    return out;
  }

  /// The same for a model with this schedule.
  Cell on(SchedulerConfig schedule) {
    return method == null ? this : new Cell(protocol, label, method.on(schedule), concept, seed);
  }

  /// The model as it is, drawn.
  static Cell unedited(EditProtocol protocol, long seed) {
    return new Cell(protocol, LedgerKeys.UNEDITED, null, "", seed);
  }

  /// As the ledger has it.
  String name() {
    return concept.isEmpty()
        ? "%s/%s/%d".formatted(protocol.name(), label, seed)
        : "%s/%s/%s/%d".formatted(protocol.name(), label, concept, seed);
  }

  /// The name with nothing in it that a file's name should not have.
  String fileName() {
    return name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_/.=-]+", "_").replace('/', '.');
  }
}
