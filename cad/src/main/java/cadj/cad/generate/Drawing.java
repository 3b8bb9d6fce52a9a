package cadj.cad.generate;

import static cadj.tensor.shape.Require.require;

import cadj.cad.picture.Pictures;
import cadj.cad.picture.PngFile;
import cadj.cad.picture.PngText;
import cadj.kernels.random.Generator;
import cadj.models.denoiser.Denoiser;
import cadj.models.pipeline.TextToImage;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Draws planned pictures one after the other, each from its own generator, as a diffusers pipeline
/// draws with a list of one generator per picture, and writes each as soon as it is done.
///
/// Each has the denoiser for itself: how a product or a convolution is computed follows from its
/// shape, the batch included, so a picture drawn in company would differ in last bits from the same
/// drawn alone.
///
/// @param latents start noise in place of the generators' [1,C,h,w] or [pictures,C,h,w], or null
/// @param latentsName where they are from
public record Drawing(
    TextToImage pipeline, PictureText text, @Nullable Tensor latents, String latentsName) {
  public Drawing(TextToImage pipeline, PictureText text) {
    this(pipeline, text, null, "");
  }

  /// The same with another denoiser.
  public Drawing with(Denoiser denoiser) {
    return new Drawing(pipeline.withDenoiser(denoiser), text, latents, latentsName);
  }

  /// What becomes of a run, while it goes on.
  public interface Listener {
    /// @param done steps of the picture
    /// @param steps of which there are so many
    void step(PlannedPicture picture, int done, int steps);

    void written(PlannedPicture picture);
  }

  /// Whether a file holds `picture` already.
  ///
  /// @throws FileFormatException if there is a file of that name that holds something else
  public boolean isThere(PlannedPicture picture) {
    if (!Files.exists(picture.file())) {
      return false;
    }
    Map<String, String> found = PngText.read(picture.file()).text();
    Map<String, String> wanted = textOf(picture);
    String key = PictureText.difference(wanted, found);
    if (key != null) {
      throw new FileFormatException(
          picture.file(),
          key,
          quoted(wanted.get(key)) + ", to go on from there (--overwrite draws it anew)",
          quoted(found.get(key)));
    }
    return true;
  }

  private static String quoted(@Nullable String value) {
    return value == null ? "nothing" : FileFormatException.quote(value);
  }

  public void run(List<PlannedPicture> pictures, Listener listener) {
    for (PlannedPicture picture : pictures) {
      Scope.run(
          "picture " + (picture.index() + 1),
          () ->
              PngFile.write(
                  picture.file(), Pictures.toImage(draw(picture, listener), 0), textOf(picture)));
      listener.written(picture);
    }
  }

  private Map<String, String> textOf(PlannedPicture picture) {
    if (latents == null) {
      return text.of(picture.settings(), Map.of());
    }
    return text.of(
        picture.settings(),
        latents.dim(0) == 1
            ? Map.of("latents", latentsName)
            : Map.of("latents", latentsName, "sample", Integer.toString(picture.index() + 1)));
  }

  /// The picture [1,3,height,width].
  private Tensor draw(PlannedPicture picture, Listener listener) {
    PictureSettings settings = picture.settings();
    Generator generator = settings.rng().start(settings.seed());
    return pipeline.draw(
        List.of(settings.prompt()),
        settings.negative() == null ? null : List.of(settings.negative()),
        start(picture, generator),
        settings.sampling(),
        like -> TextToImage.noise(like.shape(), generator),
        (done, steps) -> listener.step(picture, done, steps));
  }

  private Tensor start(PlannedPicture picture, Generator generator) {
    if (latents != null) {
      int sample = latents.dim(0) == 1 ? 0 : picture.index();
      return latents.slice(0, sample, sample + 1);
    }
    int factor = pipeline.vae().config().downsampleFactor();
    Shape shape =
        Shape.of(
            1,
            pipeline.denoiser().latentForm().channels(),
            picture.settings().height() / factor,
            picture.settings().width() / factor);
    return TextToImage.noise(shape, generator);
  }

  /// Demands start noise for `count` pictures, [count,C,h,w] or [1,C,h,w].
  public static void requireStartNoise(Tensor latents, int count) {
    require(
        latents.rank() == 4 && (latents.dim(0) == count || latents.dim(0) == 1),
        "--latents: expected [%d,C,h,w] for %d pictures (or [1,C,h,w] for all), got %s",
        count,
        count,
        latents.shape());
  }
}
