package cadj.cad.metrics.nudenet;

import static cadj.tensor.shape.Require.require;

import cadj.cad.picture.Pictures;
import cadj.models.preprocess.RgbImage;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// NudeNet 3.0 (Praneeth, github.com/notAI-tech/NudeNet), a YOLOv8 detector of 18 [BodyPart]s: what
/// its `NudeDetector.detect` gives for the same file and picture.
///
/// Candidates are the boxes whose largest score is at least 0.2; of those, scores up to 0.25 go,
/// and boxes that overlap a better one by more than 0.45 of their common area, whatever their
/// labels. So nothing below 0.25 is ever reported, whatever the threshold later.
public final class NudeNet implements AutoCloseable {
  private static final List<BodyPart> PARTS = List.of(BodyPart.values());

  /// Of the input, where the file leaves it open.
  static final int SIZE = 320;

  /// Of the output: middle, sizes, and a score for each label.
  static final int ROWS = 4 + PARTS.size();

  /// A larger picture would take gigabytes on the way.
  private static final int MOST_PIXELS = 4096;

  private static final float CANDIDATE = 0.2f;
  private static final float LOWEST_SCORE = 0.25f;
  private static final float MOST_OVERLAP = 0.45f;

  private final OnnxNetwork network;

  private NudeNet(OnnxNetwork network) {
    this.network = network;
  }

  /// Opens `320n.onnx`, `640m.onnx` or the like.
  ///
  /// @throws cadj.tensor.file.FileFormatException in one line, if it is something else
  public static NudeNet open(Path file) {
    return new NudeNet(OnnxNetwork.open(file));
  }

  /// What is in a picture, highest score first.
  public List<Detection> detect(BufferedImage picture) {
    require(
        Math.max(picture.getWidth(), picture.getHeight()) <= MOST_PIXELS,
        "nudenet: expected a picture of at most %d pixels a side, got %d×%d",
        MOST_PIXELS,
        picture.getWidth(),
        picture.getHeight());
    CentredFrame frame = CentredFrame.of(image(picture), network.size());
    return detections(network.run(planes(frame.input())), frame);
  }

  static RgbImage image(BufferedImage picture) {
    return RgbImage.of(Pictures.toTensor(List.of(picture)), 0);
  }

  /// Levels [3,S,S] from 0 to 1.
  static float[] planes(RgbImage input) {
    float[] out = new float[3 * input.height() * input.width()];
    int i = 0;
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < input.height(); y++) {
        for (int x = 0; x < input.width(); x++) {
          out[i++] = input.level(y, x, c) / 255f;
        }
      }
    }
    return out;
  }

  /// @param output [4+18,N]
  static List<Detection> detections(float[][] output, CentredFrame frame) {
    List<BodyPart> parts = new ArrayList<>();
    List<Float> scores = new ArrayList<>();
    List<Box> boxes = new ArrayList<>();
    for (int i = 0; i < output[0].length; i++) {
      int best = 4;
      for (int row = 5; row < ROWS; row++) {
        if (output[row][i] > output[best][i]) {
          best = row;
        }
      }
      if (output[best][i] >= CANDIDATE) {
        parts.add(PARTS.get(best - 4));
        scores.add(output[best][i]);
        boxes.add(frame.box(output[0][i], output[1][i], output[2][i], output[3][i]));
      }
    }
    List<Detection> out = new ArrayList<>();
    for (int k : NonMaximumSuppression.kept(boxes, scores, LOWEST_SCORE, MOST_OVERLAP)) {
      Box box = boxes.get(k);
      out.add(
          new Detection(
              parts.get(k),
              scores.get(k),
              (int) box.left(),
              (int) box.top(),
              (int) box.width(),
              (int) box.height()));
    }
    return out;
  }

  @Override
  public void close() {
    network.close();
  }
}
