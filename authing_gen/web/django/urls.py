"""Where the views around a login are, to include where you like."""

from django.urls import path

from . import views

app_name = "authing"

urlpatterns = [
    path("sign-in", views.sign_in, name="sign-in"),
    path("phone-code", views.send_phone_code, name="phone-code"),
    path("sign-in/phone", views.sign_in_by_phone, name="sign-in-phone"),
    path("register", views.register, name="register"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("password/forgotten", views.forgotten_password, name="forgotten-password"),
    path("password/new", views.new_password, name="new-password"),
    path("me", views.me, name="me"),
]
