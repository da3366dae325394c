/// The samplers by the names of the command line.
public enum SamplerName: String, Sendable, CaseIterable, Codable {
  case dpmPlusPlus2M = "dpm++2m"
  case dpmPlusPlus2MKarras = "dpm++2m-karras"
  case dpmPlusPlusSDE = "dpm++sde"
  case ddim
  case euler
  case eulerAncestral = "euler-a"
  case saSolver = "sa-solver"
  case ddpm
  case lcm
  case lcmStride = "lcm-stride"
  case dmd

  /// One line for a list of samplers.
  public var summary: String {
    switch self {
    case .dpmPlusPlus2M: "DPM-Solver++ of order 2, what PixArt is published with; 14 to 20 steps"
    case .dpmPlusPlus2MKarras: "the same with Karras noise levels: more steps at low noise"
    case .dpmPlusPlusSDE: "DPM-Solver++ of order 2 with fresh noise at every step"
    case .ddim: "DDIM: first order, no fresh noise; 30 to 50 steps"
    case .euler: "Euler's method: first order, no fresh noise; 30 to 50 steps"
    case .eulerAncestral: "Euler's method with fresh noise at every step"
    case .saSolver: "SA-Solver: predictor and corrector with noise in mid-run; 25 steps"
    case .ddpm: "the original ancestral sampling; 100 steps and more"
    case .lcm: "for latent consistency models, without guidance; 2 to 8 steps"
    case .lcmStride: "the same at the timesteps of PixArt's own code"
    case .dmd: "for models distilled to one step (DMD), without guidance; 1 step"
    }
  }

  /// Makes the sampler for a model, as `from_config` of diffusers passes the model's settings on.
  ///
  /// The model's configuration may be of any class. The settings in the name are put in place, and
  /// predicted latents are never clipped.
  ///
  /// - Throws: ``SchedulerError`` for settings or a number of steps that cannot be.
  public func makeScheduler(
    configuration: SchedulerConfiguration, steps: Int
  ) throws(SchedulerError) -> any Scheduler {
    var configuration = configuration
    configuration.clipSample = false
    switch self {
    case .dpmPlusPlus2M, .dpmPlusPlus2MKarras, .dpmPlusPlusSDE:
      configuration.algorithmType =
        self == .dpmPlusPlusSDE ? .sdeDPMSolverPlusPlus : .dpmSolverPlusPlus
      configuration.solverOrder = 2
      if self == .dpmPlusPlus2MKarras { configuration.useKarrasSigmas = true }
      return try DPMSolverMultistepScheduler(configuration, steps: steps)
    case .ddim: return try DDIMScheduler(configuration, steps: steps)
    case .euler: return try EulerScheduler(configuration, steps: steps)
    case .eulerAncestral: return try EulerAncestralScheduler(configuration, steps: steps)
    case .saSolver:
      configuration.algorithmType = .dataPrediction
      return try SASolverScheduler(configuration, steps: steps)
    case .ddpm: return try DDPMScheduler(configuration, steps: steps)
    case .lcm: return try LCMScheduler(configuration, steps: steps)
    case .lcmStride: return try LCMScheduler(configuration, steps: steps, spacing: .stride)
    case .dmd: return try DDPMScheduler(distilled: configuration, steps: steps)
    }
  }

  /// Whether it is for networks that were distilled with guidance built in.
  public var isForDistilled: Bool { [.lcm, .lcmStride, .dmd].contains(self) }
}

extension SchedulerConfiguration {
  /// The name that comes nearest to the class the model was published with, if it is built here.
  public var samplerName: SamplerName? {
    switch className {
    case "DPMSolverMultistepScheduler":
      algorithmType == .sdeDPMSolverPlusPlus
        ? .dpmPlusPlusSDE : useKarrasSigmas ? .dpmPlusPlus2MKarras : .dpmPlusPlus2M
    case "DDIMScheduler": .ddim
    case "EulerDiscreteScheduler": .euler
    case "EulerAncestralDiscreteScheduler": .eulerAncestral
    case "SASolverScheduler": .saSolver
    case "DDPMScheduler": isOneStep ? .dmd : .ddpm
    case "LCMScheduler": .lcm
    default: nil
    }
  }

  /// Makes the scheduler the model was published with, every setting as published.
  ///
  /// - Throws: ``SchedulerError`` for a class, settings or a number of steps that cannot be.
  public func makeScheduler(steps: Int) throws(SchedulerError) -> any Scheduler {
    switch samplerName {
    case .dpmPlusPlus2M, .dpmPlusPlus2MKarras, .dpmPlusPlusSDE:
      return try DPMSolverMultistepScheduler(self, steps: steps)
    case .ddim: return try DDIMScheduler(self, steps: steps)
    case .euler: return try EulerScheduler(self, steps: steps)
    case .eulerAncestral: return try EulerAncestralScheduler(self, steps: steps)
    case .saSolver: return try SASolverScheduler(self, steps: steps)
    case .ddpm: return try DDPMScheduler(self, steps: steps)
    case .lcm, .lcmStride: return try LCMScheduler(self, steps: steps)
    case .dmd: return try SamplerName.dmd.makeScheduler(configuration: self, steps: steps)
    case nil:
      throw .unsupported(
        key: "_class_name", found: className ?? "null",
        supported: "DPMSolverMultistepScheduler, DDIMScheduler, EulerDiscreteScheduler, "
          + "EulerAncestralDiscreteScheduler, SASolverScheduler, DDPMScheduler or LCMScheduler")
    }
  }
}
