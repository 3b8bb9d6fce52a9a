package cadj.cad.trace;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the runs that are not intervened on show.
///
/// @param whole J(c) of each sample and call [samples,calls], against what a procedure compares
///   with
/// @param pictures of each run by measure, of each sample
record References(
    Map<Procedure, double[][]> whole, Map<Reference, Map<Measure, double[]>> pictures) {
  /// The runs.
  enum Reference {
    /// The concept's prompt.
    CLEAN,
    /// The same with its text corrupted.
    CORRUPTED,
    /// The base prompt.
    BASE
  }

  References {
    whole = new EnumMap<>(whole);
    pictures = new EnumMap<>(pictures);
  }

  /// Of the run that rows of a procedure begin from.
  static Reference before(Procedure procedure) {
    return switch (procedure) {
      case RESTORE -> Reference.CORRUPTED;
      case SWAP -> Reference.CLEAN;
    };
  }

  /// Those of some samples, and of the samples that follow.
  References then(References later) {
    Map<Procedure, double[][]> wholes = new LinkedHashMap<>();
    whole.forEach(
        (procedure, table) ->
            wholes.put(procedure, RowFigures.joined(table, later.whole.get(procedure))));
    Map<Reference, Map<Measure, double[]>> all = new LinkedHashMap<>();
    pictures.forEach(
        (reference, measures) -> {
          Map<Measure, double[]> joined = new EnumMap<>(Measure.class);
          measures.forEach(
              (measure, values) ->
                  joined.put(
                      measure,
                      RowFigures.joined(values, later.pictures.get(reference).get(measure))));
          all.put(reference, joined);
        });
    return new References(wholes, all);
  }
}
