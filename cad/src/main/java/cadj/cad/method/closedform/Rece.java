package cadj.cad.method.closedform;

import static cadj.tensor.shape.Require.require;

import cadj.cad.edit.Patch;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.SettingValues;
import cadj.cad.method.TargetPrompt;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/// Reliable and efficient concept erasure: Gong et al. 2024 (arXiv:2407.12383).
///
/// Starts from an older form of [Uce]: of each target all embeddings from the last token on,
/// padding included, go to as many of what is drawn instead, from *its* last token on, while all S
/// of "" stay (lamb 0.5, scales 1). Then, `epochs` times: embeddings z that still make the edited
/// weights draw a target ([Surrogate]) go to what the edited weights make of what is drawn instead,
/// place by place, while the S of " ", once for each target, and the preserved prompts stay. There
/// lamb holds on to the weights of the epoch before, not to the original ones. All targets share
/// each edit.
///
/// With W = W0·M, all is in terms of M and G = Σ W0ᵀW0 [d,d]: Σ WᵀW = MᵀGM, Σ WᵀW0 = MᵀG.
///
/// @param surrogate how z is found
/// @param regularScale its regularisation r, above 0
/// @param oldTarget the prompt near which [Surrogate#STANDARD] holds z
/// @param epochs how often; 0 for the older UCE alone
/// @param lamb of the epochs' edits, above 0
/// @param eraseScale weight of z there
/// @param preserveScale weight of what stays there
public record Rece(
    Surrogate surrogate,
    double regularScale,
    String oldTarget,
    int epochs,
    double lamb,
    double eraseScale,
    double preserveScale)
    implements EditMethod {
  /// As published, for explicit content.
  public static final Rece PUBLISHED = new Rece(Surrogate.REGZERO, 0.1, " ", 3, 0.1, 1, 0.1);

  private static final double START_LAMB = 0.5;
  private static final double START_SCALE = 1;
  private static final String NAME = "rece";
  private static final String RETAINED = " ";
  private static final int MOST_EPOCHS = 1000;

  public Rece {
    require(lamb > 0, "rece: lamb: expected a number above 0, got %s", lamb);
    require(eraseScale > 0, "rece: erase_scale: expected a number above 0, got %s", eraseScale);
    require(preserveScale >= 0, "rece: preserve_scale: expected at least 0, got %s", preserveScale);
    require(
        regularScale > 0, "rece: regular_scale: expected a number above 0, got %s", regularScale);
    require(
        epochs >= 0 && epochs <= MOST_EPOCHS,
        "rece: epochs: expected 0 to %d, got %d",
        MOST_EPOCHS,
        epochs);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public SequencedMap<String, String> settings() {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    out.put("surrogate", SettingValues.lower(surrogate));
    out.put("regular_scale", Double.toString(regularScale));
    out.put("old_target", oldTarget);
    out.put("epochs", Integer.toString(epochs));
    out.put("lamb", Double.toString(lamb));
    out.put("erase_scale", Double.toString(eraseScale));
    out.put("preserve_scale", Double.toString(preserveScale));
    return out;
  }

  @Override
  public Rece with(SettingValues values) {
    return new Rece(
        values.oneOf("surrogate", Surrogate.values()),
        values.number("regular_scale"),
        values.text("old_target"),
        values.integer("epochs"),
        values.number("lamb"),
        values.number("erase_scale"),
        values.number("preserve_scale"));
  }

  /// From none to two more epochs than this.
  @Override
  public List<EditMethod> ladder() {
    return IntStream.rangeClosed(0, epochs + 2).<EditMethod>mapToObj(this::after).toList();
  }

  private Rece after(int count) {
    return new Rece(surrogate, regularScale, oldTarget, count, lamb, eraseScale, preserveScale);
  }

  @Override
  public boolean editsCrossAttention() {
    return true;
  }

  @Override
  public Patch edit(EditTask task, Progress progress) {
    requireGoal(task.goal());
    EmbeddingMap weights = EmbeddingMap.of(task.pipeline().denoiser());
    TextVectors texts = TextVectors.of(task.pipeline());
    DMatrixRMaj gram = weights.gram();
    DMatrixRMaj m = start(texts, task.targets(), task.preserve());
    for (int epoch = 0; epoch < epochs; epoch++) {
      progress.at("epochs", epoch, epochs);
      m = epoch(m, gram, texts, task.targets(), task.preserve());
    }
    progress.at("epochs", epochs, epochs);
    return weights.patch(m);
  }

  /// M [d,d] of the older UCE.
  DMatrixRMaj start(TextVectors texts, List<TargetPrompt> targets, List<String> preserve) {
    DMatrixRMaj empty = texts.rows("");
    Moments erase = new Moments(empty.numCols);
    for (TargetPrompt target : targets) {
      DMatrixRMaj x = texts.rows(target.prompt());
      DMatrixRMaj y = texts.rows(target.instead());
      int fromX = texts.lastToken(target.prompt());
      int fromY = texts.lastToken(target.instead());
      int count = Math.min(x.numRows - fromX, y.numRows - fromY);
      erase.add(TextVectors.rows(x, fromX, count), TextVectors.rows(y, fromY, count));
    }
    Moments keep = new Moments(empty.numCols).keep(empty);
    keepAll(keep, texts, preserve);
    return Moments.solve(NAME, START_LAMB, START_SCALE, erase, START_SCALE, keep);
  }

  /// M [d,d] after one more epoch.
  ///
  /// @param m before it
  /// @param gram Σ W0ᵀW0 [d,d]
  DMatrixRMaj epoch(
      DMatrixRMaj m,
      DMatrixRMaj gram,
      TextVectors texts,
      List<TargetPrompt> targets,
      List<String> preserve) {
    int width = m.numRows;
    Moments erase = new Moments(width);
    Moments keep = new Moments(width);
    DMatrixRMaj retained = texts.rows(RETAINED);
    for (TargetPrompt target : targets) {
      DMatrixRMaj z = surrogate(m, gram, texts, target.prompt());
      DMatrixRMaj y = texts.rows(target.instead());
      int count = Math.min(z.numRows, y.numRows);
      erase.add(TextVectors.rows(z, 0, count), TextVectors.rows(y, 0, count));
      keep.keep(retained);
    }
    keepAll(keep, texts, preserve);
    DMatrixRMaj step = Moments.solve(NAME, lamb, eraseScale, erase, preserveScale, keep);
    DMatrixRMaj out = new DMatrixRMaj(width, width);
    CommonOps_DDRM.mult(m, step, out);
    return out;
  }

  /// z [S,d] of one target.
  DMatrixRMaj surrogate(DMatrixRMaj m, DMatrixRMaj gram, TextVectors texts, String target) {
    int width = m.numRows;
    DMatrixRMaj ww0 = new DMatrixRMaj(width, width);
    CommonOps_DDRM.multTransA(m, gram, ww0);
    DMatrixRMaj ww = new DMatrixRMaj(width, width);
    CommonOps_DDRM.mult(ww0, m, ww);
    DMatrixRMaj e = texts.rows(target);
    DMatrixRMaj old = surrogate == Surrogate.STANDARD ? texts.rows(oldTarget) : e;
    return surrogate.embeddings(ww, ww0, regularScale, e, old);
  }

  private static void keepAll(Moments keep, TextVectors texts, List<String> preserve) {
    preserve.forEach(prompt -> keep.keep(texts.rows(prompt)));
  }
}
