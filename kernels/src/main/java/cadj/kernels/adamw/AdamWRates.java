package cadj.kernels.adamw;

/// Learning rate, decay of the two moments, epsilon, weight decay.
public record AdamWRates(float lr, float beta1, float beta2, float eps, float weightDecay) {}
