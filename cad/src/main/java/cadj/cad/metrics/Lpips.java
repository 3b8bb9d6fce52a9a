package cadj.cad.metrics;

import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Tape;
import cadj.cad.picture.PictureFolder;
import cadj.cad.picture.Pictures;
import cadj.models.lpips.LpipsNetwork;
import cadj.models.preprocess.Filter;
import cadj.models.preprocess.PillowResize;
import cadj.models.preprocess.RgbImage;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.memory.Scope;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// LPIPS between pictures before and after an edit, Zhang et al. 2018 (arXiv:1801.03924): larger is
/// more different, 0 the same.
///
/// CAD (arXiv:2412.02542) and ESD report it for styles, on pictures whose shorter side is made 64
/// pixels: with [Size#SHORTER_SIDE_64] the mean over a folder equals that of their `lpips_eval.py`
/// on it. torchmetrics and most others take pictures as they are ([Size#FULL]); the two do not
/// compare.
///
/// Pictures are judged as they are stored, in 8 bits.
public record Lpips(LpipsNetwork network, Size size) {
  /// How large pictures are when they are compared.
  public enum Size {
    /// As they are.
    FULL,
    /// torchvision's `Resize(64)`: the shorter side 64, the longer in proportion, rounded down, by
    /// Pillow's bilinear with antialias.
    SHORTER_SIDE_64;

    private static final int SHORTER = 64;

    RgbImage of(RgbImage image) {
      if (this == FULL) {
        return image;
      }
      int shorter = Math.min(image.height(), image.width());
      return PillowResize.resize(
          image,
          SHORTER * image.height() / shorter,
          SHORTER * image.width() / shorter,
          Filter.BILINEAR);
    }
  }

  /// Of each picture of a [N,3,H,W] in [−1, 1] to the one of b.
  public double[] distances(Tensor a, Tensor b) {
    require(
        a.shape().equals(b.shape()),
        "lpips: expected as many pictures of one size, got %s and %s",
        a.shape(),
        b.shape());
    double[] out = new double[a.dim(0)];
    for (int n = 0; n < out.length; n++) {
      int picture = n;
      Scope.run(
          "lpips",
          () ->
              out[picture] =
                  Tape.noGrad(() -> network.forward(sized(a, picture), sized(b, picture))).item());
    }
    return out;
  }

  private Tensor sized(Tensor pictures, int n) {
    RgbImage image = size.of(RgbImage.of(pictures, n));
    float[] values = new float[3 * image.height() * image.width()];
    int i = 0;
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < image.height(); y++) {
        for (int x = 0; x < image.width(); x++) {
          values[i++] = image.level(y, x, c) / 127.5f - 1;
        }
      }
    }
    return Tensor.of(values, 1, 3, image.height(), image.width());
  }

  /// Of the pictures of two folders, by name; the names in both must be equal.
  ///
  /// @throws FileFormatException if one folder lacks a picture of the other, or its sizes differ
  public SequencedMap<String, Double> distances(Path a, Path b) {
    TreeMap<String, Path> inA = named(a);
    TreeMap<String, Path> inB = named(b);
    requireAll(inA, b, inB);
    requireAll(inB, a, inA);
    SequencedMap<String, Double> out = new LinkedHashMap<>();
    inA.forEach(
        (name, file) -> {
          Path other = inB.get(name);
          Tensor one = picture(file);
          Tensor two = picture(other);
          if (!one.shape().equals(two.shape())) {
            throw new FileFormatException(other, "", "a picture of " + sides(one), sides(two));
          }
          out.put(name, distances(one, two)[0]);
        });
    return out;
  }

  private static TreeMap<String, Path> named(Path folder) {
    return PictureFolder.files(folder).stream()
        .collect(
            Collectors.toMap(
                file -> file.getFileName().toString(),
                file -> file,
                (one, two) -> one,
                TreeMap::new));
  }

  private static void requireAll(
      TreeMap<String, Path> names, Path folder, TreeMap<String, Path> there) {
    for (String name : names.keySet()) {
      if (!there.containsKey(name)) {
        throw new FileFormatException(folder.resolve(name), "", "a picture of that name", "none");
      }
    }
  }

  private static Tensor picture(Path file) {
    return Pictures.toTensor(List.of(PictureFolder.decode(file)));
  }

  private static String sides(Tensor picture) {
    return picture.dim(3) + "×" + picture.dim(2);
  }
}
