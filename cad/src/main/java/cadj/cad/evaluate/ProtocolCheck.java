package cadj.cad.evaluate;

import static cadj.tensor.shape.Require.require;

import cadj.cad.judge.Judge;
import cadj.cad.method.catalogue.EditMethods;
import cadj.cad.method.catalogue.MethodText;
import cadj.cad.prediction.PredictionProtocol;
import cadj.cad.probe.Probe;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import java.util.List;

/// Whether a protocol can be run with a model and instruments, told before anything is drawn.
public final class ProtocolCheck {
  private ProtocolCheck() {}

  /// @throws IllegalArgumentException of one line that names the protocol and what does not fit: a
  ///   measure without its instrument, a word that the judge does not know, a method that has
  ///   another goal, a sampler that a probe cannot use, a truth that cannot be measured
  public static void requireRunnable(Protocol protocol, ModelFiles files, Instruments instruments) {
    try {
      switch (protocol) {
        case EditProtocol edits -> {
          requireMeasurable(edits, instruments);
          edits.sampling().scheduler().start(files.schedule(), edits.sampling().steps());
          edits
              .methods()
              .forEach(
                  method ->
                      EditMethods.forModel(MethodText.parse(method), files)
                          .requireGoal(edits.goal()));
          edits.probes().forEach(probe -> requireFits(probe, edits.sampling(), files));
        }
        case PredictionPlan plan ->
            plan.concepts()
                .forEach(
                    concept ->
                        PredictionProtocol.requireMeasurable(
                            plan.sets().truths(),
                            files.has("classifier") ? files.classifier() : null,
                            concept));
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(protocol.name(), e.getMessage()), e);
    }
  }

  private static void requireMeasurable(EditProtocol protocol, Instruments instruments) {
    protocol.groups().stream()
        .flatMap(group -> group.measures().stream())
        .forEach(instruments::require);
    if (!protocol.probes().isEmpty()
        || protocol.groups().stream()
            .anyMatch(group -> group.measures().contains(MeasureKind.SEEN))) {
      protocol.words().values().forEach(words -> requireKnown(words, instruments.needJudge()));
    }
  }

  /// Demands that a judge knows words, all of one kind.
  private static void requireKnown(List<String> words, Judge judge) {
    int kind = judge.kindOf(words.getFirst());
    for (String word : words) {
      require(
          judge.kindOf(word) == kind,
          "words: expected \"%s\" and \"%s\" of one kind, but the judge has them apart",
          words.getFirst(),
          word);
    }
  }

  private static void requireFits(Probe probe, TextToImage.Settings sampling, ModelFiles files) {
    try {
      probe.requireFits(sampling.scheduler().start(files.schedule(), sampling.steps()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "probe %s by sampler %s: %s"
              .formatted(probe.name(), sampling.scheduler(), e.getMessage()),
          e);
    }
  }
}
