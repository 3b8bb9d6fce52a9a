package cadj.cad.method.catalogue;

import static cadj.tensor.shape.Require.require;

import cadj.cad.method.EditMethod;
import cadj.cad.method.closedform.Rece;
import cadj.cad.method.closedform.Uce;
import cadj.cad.method.closedform.UceAllTokens;
import cadj.cad.method.conceptprune.ConceptPrune;
import cadj.cad.method.control.Controls;
import cadj.cad.method.esd.Esd;
import cadj.cad.method.esd.EsdAttributed;
import cadj.cad.method.learnedmask.LearnedMask;
import cadj.cad.method.oneshot.OneShot;
import cadj.cad.method.salun.SalUn;
import cadj.cad.method.ssd.SelectiveSynapticDampening;
import cadj.cad.method.textmask.Ladder;
import cadj.cad.method.textmask.TextDoses;
import cadj.cad.method.textmask.TextMask;
import cadj.models.files.ModelFiles;
import java.util.List;
import java.util.stream.Collectors;

/// The catalogue of methods, each with its published or recommended settings.
public final class EditMethods {
  public static final List<EditMethod> ALL =
      List.of(
          TextDoses.RECOMMENDED,
          Ladder.OF_DOSES,
          TextMask.RECOMMENDED,
          Ladder.OF_MASKS,
          LearnedMask.RECOMMENDED,
          LearnedMask.FROM_TEXT,
          LearnedMask.FEED_FORWARD,
          OneShot.PLAIN,
          OneShot.CALIBRATED,
          OneShot.CONTRAST,
          OneShot.ROUNDS,
          OneShot.REFERENCE,
          Uce.PUBLISHED,
          UceAllTokens.RECOMMENDED,
          Rece.PUBLISHED,
          Esd.X,
          Esd.X_STRICT,
          Esd.U,
          EsdAttributed.STANDARD,
          SalUn.PUBLISHED,
          SelectiveSynapticDampening.PUBLISHED,
          ConceptPrune.PUBLISHED,
          Controls.RANDOM,
          Controls.MAGNITUDE,
          Controls.ACTIVATION,
          Controls.WANDA);

  /// What is taken where none is named.
  public static final EditMethod DEFAULT = TextDoses.RECOMMENDED;

  /// Of a model without cross-attention, what a message names.
  private static final String WITHOUT_CROSS_ATTENTION =
      ALL.stream()
          .filter(method -> !method.editsCrossAttention() && !method.equals(OneShot.REFERENCE))
          .map(EditMethod::name)
          .collect(Collectors.joining(", "));

  private EditMethods() {}

  /// The method of that name.
  ///
  /// @throws IllegalArgumentException that lists those there are
  public static EditMethod named(String name) {
    return ALL.stream()
        .filter(method -> method.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "method: expected one of %s, got %s".formatted(names(), name)));
  }

  /// What is taken for a model where none is named.
  public static EditMethod defaultFor(ModelFiles model) {
    return model.crossAttentions().isEmpty() ? OneShot.PLAIN : DEFAULT;
  }

  /// `method` for a model.
  ///
  /// @throws IllegalArgumentException naming those that are, if it is not for such a model
  public static EditMethod forModel(EditMethod method, ModelFiles model) {
    require(
        !method.editsCrossAttention() || !model.crossAttentions().isEmpty(),
        "%s: edits cross-attention, and in this model text and image attend to each other in one;"
            + " for such there are %s",
        method.name(),
        WITHOUT_CROSS_ATTENTION);
    return method.on(model.schedule());
  }

  /// All names, for messages.
  public static String names() {
    return ALL.stream().map(EditMethod::name).collect(Collectors.joining(", "));
  }
}
