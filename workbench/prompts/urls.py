"""Prompts: the library, a prompt and its versions, and drafts with their parts."""

from django.urls import path

from .files import views as files
from .history import views as history
from .intake import views as intake
from .labels import views as labels
from .library import details_views as details
from .library import views as library
from .merging import views as merging
from .presets import draft_views as draft_presets
from .presets import views as presets
from .retirements import views as retirements
from .system_prompts import choosing
from .system_prompts import views as system_prompts
from .value_sets import views as value_sets
from .views import body, drafts, media, parts, switching, tools, versions

app_name = "prompts"
urlpatterns = [
    path("prompts/", library.library, name="library"),
    path("prompts/<int:prompt>/", versions.prompt, name="prompt"),
    path("prompts/<int:prompt>/details/", details.details, name="details"),
    path("prompts/<int:prompt>/star/", library.set_star, name="star"),
    path("prompts/<int:prompt>/archive/", details.archive_prompt, name="archive"),
    path("prompts/<int:prompt>/restoration/", details.restore_prompt, name="restore"),
    path("prompts/<int:prompt>/copies/", details.copy, name="copies"),
    path("prompts/<int:prompt>/transfer/", details.transfer, name="transfer"),
    path("prompts/<int:prompt>/deletion/", details.deletion, name="delete"),
    path("prompts/<int:prompt>/versions/<int:number>/", versions.version, name="version"),
    path("prompts/<int:prompt>/history/", history.history, name="history"),
    path("prompts/<int:prompt>/news/", history.news, name="news"),
    path("prompts/<int:prompt>/differences/", history.choose, name="choose-versions"),
    path(
        "prompts/<int:prompt>/versions/<int:number>/differences/<int:until>/",
        history.versions,
        name="difference",
    ),
    path(
        "prompts/<int:prompt>/versions/<int:number>/differences/draft/",
        history.draft,
        name="draft-difference",
    ),
    path("prompts/<int:prompt>/labels/", labels.labels, name="labels"),
    path(
        "prompts/<int:prompt>/versions/<int:number>/file/", files.version_file, name="version-file"
    ),
    path("prompts/<int:prompt>/files/", files.prompt_archive, name="prompt-archive"),
    path("files/", files.page, name="files"),
    path("files/library.zip", files.archive, name="library-archive"),
    path("files/uploads/", files.uploads, name="uploads"),
    path("files/uploads/<int:upload>/", files.upload, name="upload"),
    path("files/uploads/<int:upload>/imports/", files.imports, name="imports"),
    path("files/found/<int:reading>/", intake.found, name="found"),
    path("files/found/<int:reading>/imports/", intake.imports, name="found-imports"),
    path("drafts/", library.new, name="new-draft"),
    path("drafts/<int:draft>/", drafts.draft, name="draft"),
    path("drafts/<int:draft>/deletion/", library.delete_draft, name="delete-draft"),
    path("drafts/<int:draft>/versions/", drafts.save, name="save"),
    path("drafts/<int:draft>/changes/", history.changes, name="changes"),
    path("drafts/<int:draft>/merge/", merging.merge, name="merge"),
    path("drafts/<int:draft>/copies/<int:copy>/merge/", merging.merge_copy, name="merge-copy"),
    path("drafts/<int:draft>/presence/", merging.presence, name="presence"),
    path("drafts/<int:draft>/body/", body.body, name="body"),
    path("drafts/<int:draft>/turns/", parts.turns, name="turns"),
    path("drafts/<int:draft>/attachments/", media.attachments, name="attachments"),
    path("media/<str:sha256>/", media.media, name="media"),
    path("drafts/<int:draft>/tools/", tools.tools, name="tools"),
    path("drafts/<int:draft>/variables/", parts.variables, name="variables"),
    path("drafts/<int:draft>/parameters/", parts.parameters, name="parameters"),
    path("drafts/<int:draft>/model/", switching.model, name="model"),
    path("drafts/<int:draft>/presets/", draft_presets.presets, name="draft-presets"),
    path("drafts/<int:draft>/presets/application/", draft_presets.application, name="apply-preset"),
    path("drafts/<int:draft>/presets/new/", draft_presets.new, name="new-preset"),
    path("presets/", presets.presets, name="presets"),
    path("presets/<int:preset>/", presets.preset, name="preset"),
    path("presets/<int:preset>/details/", presets.details, name="preset-details"),
    path("presets/<int:preset>/default/", presets.default, name="default-preset"),
    path("presets/<int:preset>/deletion/", presets.deletion, name="delete-preset"),
    path("retirements/", retirements.retirements, name="retirements"),
    path("prompts/<int:prompt>/successor/", retirements.successor, name="successor"),
    path(
        "prompts/<int:prompt>/successor/draft/", retirements.successor_draft, name="successor-draft"
    ),
    path("drafts/<int:draft>/values/", value_sets.values, name="values"),
    path("drafts/<int:draft>/system-prompt/", choosing.system_prompt, name="choose-system-prompt"),
    path("system-prompts/", system_prompts.system_prompts, name="system-prompts"),
    path("system-prompts/new/", system_prompts.new, name="new-system-prompt"),
    path("system-prompts/<slug:system>/", system_prompts.system_prompt, name="system-prompt"),
    path("system-prompts/<slug:system>/text/", system_prompts.text, name="system-prompt-text"),
    path(
        "system-prompts/<slug:system>/versions/",
        system_prompts.versions,
        name="system-prompt-versions",
    ),
    path(
        "system-prompts/<slug:system>/versions/<int:number>/",
        system_prompts.version,
        name="system-prompt-version",
    ),
    path(
        "system-prompts/<slug:system>/archived/",
        system_prompts.archived,
        name="system-prompt-archived",
    ),
]
