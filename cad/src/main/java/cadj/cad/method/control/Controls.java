package cadj.cad.method.control;

import cadj.models.denoiser.Sites;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import java.util.List;

/// The controls, at the sites and with the budget of CAD's one-shot edit.
public final class Controls {
  private static final List<Sites> SITES = List.of(Sites.FF);
  private static final double RATIO = 0.05;
  private static final TextToImage.Settings SAMPLING =
      new TextToImage.Settings(10, 3, Scheduler.Kind.DDIM);

  public static final RandomWeights RANDOM = new RandomWeights(SITES, RATIO);
  public static final Magnitude MAGNITUDE = new Magnitude(SITES, RATIO);
  public static final ActivationOnly ACTIVATION = new ActivationOnly(SITES, RATIO, SAMPLING);
  public static final Wanda WANDA = new Wanda(SITES, RATIO, SAMPLING);

  private Controls() {}
}
